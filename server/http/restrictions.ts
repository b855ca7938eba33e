import type { EndpointSpec } from '../../src/contract/schema/endpoint.ts'
import { restricts } from '../../src/contract/schema/restricting.ts'
import { invalidField } from './checks.ts'

/**
 * Refuses a body with a field that would restrict what it grants but that nothing here enforces.
 * @throws Problem `request.invalid` naming the field
 */
export function refuseUnenforced({ grants, body }: Pick<EndpointSpec, 'grants' | 'body'>, sent: unknown): void {
  if (grants === undefined || typeof sent !== 'object' || sent === null) return
  for (const [name, value] of Object.entries(sent)) {
    if (body && Object.hasOwn(body.shape, name)) continue
    if (restricts(grants, name, value)) {
      throw invalidField(name, 'would restrict what this grants, but this server does not enforce it; leave it out')
    }
  }
}

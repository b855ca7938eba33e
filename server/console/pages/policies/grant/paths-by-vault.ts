import type { Client } from '../../../../../src/client/client.ts'
import { allFound } from '../../../ui/all-found.ts'
import type { Paths } from './place.ts'

/** The paths that the person may list, for suggestions and counts. More than anyone grants by name; patterns apply to the others too. */
export async function pathsByVault(client: Client): Promise<Paths> {
  const { found } = await allFound(client, 'secret')
  const grouped = Map.groupBy(found, ({ vault_id = '' }) => vault_id)
  return new Map(Array.from(grouped, ([vault, each]) => [vault, each.map(({ name }) => name)] as const))
}

import type { Contract } from '../../../../src/contract/all.ts'
import { isUuid } from '../../../../src/uuid.ts'
import { type Directory, nameIn } from '../../ui/people/names.tsx'

export type AuditEvent = Contract['audit.events']['reply']['events'][number]

/** The outcome; absent if it succeeded. */
export function outcomeOf({ action, details }: Pick<AuditEvent, 'action' | 'details'>): 'denied' | 'failed' | undefined {
  if (details['outcome'] === 'denied') return 'denied'
  return details['outcome'] === 'failed' || action === 'auth.failure' ? 'failed' : undefined
}

/** The name of the principal. Without a name, the beginning of its id distinguishes it from others. */
export function actorOf({ actor_id, actor_type }: AuditEvent, directory: Directory): string {
  if (actor_type === 'anonymous') return 'Anonymous'
  if (actor_type === 'system') return 'The server'
  return nameIn(directory, actor_type, actor_id) ?? `${actor_type} ${actor_id.slice(0, 8)}`
}

/** The object of the event. */
export function resourceOf({ resource_type, resource_id, details }: AuditEvent, directory: Directory): string {
  // A view of a list of secrets is recorded for their vault.
  const name = nameIn(directory, resource_type, resource_id) ?? nameIn(directory, 'vault', resource_id)
  const said = details['path'] ?? details['pattern'] ?? name ?? details['name'] ?? details['cidr'] ?? details['email']
  if (said !== undefined) return String(said)
  return [kindOf(resource_type), isUuid(resource_id) ? resource_id.slice(0, 8) : resource_id].join(' ').trim()
}

/** `API key`, of `api_key`. */
function kindOf(resourceType: string): string {
  return resourceType.replaceAll('_', ' ').replace(/^(api|ip)\b/, word => word.toUpperCase())
}

/** The vault; absent if it was in none, or is the object itself. */
export function vaultOf({ vault_id, resource_id }: AuditEvent, directory: Directory): string | undefined {
  if (vault_id === undefined || vault_id === resource_id) return undefined
  return nameIn(directory, 'vault', vault_id) ?? `vault ${vault_id.slice(0, 8)}`
}

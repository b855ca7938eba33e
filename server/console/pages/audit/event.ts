import type { Contract } from '../../../../src/contract/all.ts'
import { isUuid } from '../../../../src/uuid.ts'
import { type Directory, nameIn } from '../../ui/people/names.tsx'

export type AuditEvent = Contract['audit.events']['reply']['events'][number]

/** What became of it; absent when it was done. */
export function outcomeOf({ action, details }: Pick<AuditEvent, 'action' | 'details'>): 'denied' | 'failed' | undefined {
  if (details['outcome'] === 'denied') return 'denied'
  return details['outcome'] === 'failed' || action === 'auth.failure' ? 'failed' : undefined
}

/** Who did it, as people say it. Ids say nothing to people, but their beginning tells one from another. */
export function actorOf({ actor_id, actor_type }: AuditEvent, directory: Directory): string {
  if (actor_type === 'anonymous') return 'Anonymous'
  if (actor_type === 'system') return 'The server'
  return nameIn(directory, actor_type, actor_id) ?? `${actor_type} ${actor_id.slice(0, 8)}`
}

/** What it was done to. */
export function resourceOf({ resource_type, resource_id, details }: AuditEvent, directory: Directory): string {
  // A look at a list of secrets is recorded as one of the vault that they are in.
  const name = nameIn(directory, resource_type, resource_id) ?? nameIn(directory, 'vault', resource_id)
  const said = details['path'] ?? details['pattern'] ?? name ?? details['name'] ?? details['cidr'] ?? details['email']
  if (said !== undefined) return String(said)
  return [kindOf(resource_type), isUuid(resource_id) ? resource_id.slice(0, 8) : resource_id].join(' ').trim()
}

/** `API key`, of `api_key`. */
function kindOf(resourceType: string): string {
  return resourceType.replaceAll('_', ' ').replace(/^(api|ip)\b/, word => word.toUpperCase())
}

/** The vault it happened in; absent when it was in none, or says so itself. */
export function vaultOf({ vault_id, resource_id }: AuditEvent, directory: Directory): string | undefined {
  if (vault_id === undefined || vault_id === resource_id) return undefined
  return nameIn(directory, 'vault', vault_id) ?? `vault ${vault_id.slice(0, 8)}`
}

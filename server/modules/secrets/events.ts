import type { Grant } from '../../policy/grant.ts'
import type { NewEvent } from '../audit/event.ts'

type SecretGrant = Grant<'secret.read' | 'secret.read-many' | 'secret.write' | 'secret.delete' | 'secret.rotate'>

/** What happened to one secret: its id, path and version, never more. */
export function secretEvent(
  { actor, orgId, ip, resource }: SecretGrant,
  action: string,
  secret: { id: string; path: string; version?: number },
  details: Record<string, string | number | boolean> = {},
): NewEvent {
  return {
    orgId,
    action,
    actorId: actor.id,
    actorType: actor.type,
    resourceType: 'secret',
    resourceId: secret.id,
    vaultId: resource.vault.id,
    details: { path: secret.path, ...(secret.version !== undefined && { version: secret.version }), ...details },
    ipAddress: ip,
  }
}

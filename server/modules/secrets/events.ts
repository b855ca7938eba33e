import { grantEvent, type NewEvent } from '../../policy/event.ts'
import type { Grant } from '../../policy/grant.ts'
import type { SecretStore } from '../../stores/secrets.ts'

type SecretGrant = Grant<'secret.read' | 'secret.read-many' | 'secret.write' | 'secret.delete' | 'secret.rotate'>

/** What happened to one secret: its id, path and version, never more. */
export function secretEvent(
  grant: SecretGrant,
  action: string,
  secret: { id: string; path: string; version?: number },
  details: Record<string, string | number | boolean> = {},
): NewEvent {
  const { resource } = grant
  const why = 'why' in resource ? resource.why : resource.whyReadable(secret.path)
  return grantEvent(grant, action, {
    resourceType: 'secret',
    resourceId: secret.id,
    vaultId: resource.vault.id,
    details: { path: secret.path, ...(secret.version !== undefined && { version: secret.version }), ...why, ...details },
  })
}

/**
 * What an event says of a secret of which nothing is left, in the transaction that took it away: an id is never used again, so who finds
 * the secret later knows that somebody put it back.
 */
export async function whetherGone(secrets: Pick<SecretStore, 'placeOfAnyOrg'>, id: string): Promise<{ readonly gone?: true }> {
  return (await secrets.placeOfAnyOrg(id)) === undefined ? { gone: true } : {}
}

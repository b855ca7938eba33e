import { grantEvent, type NewEvent } from '../../policy/event.ts'
import type { Grant } from '../../policy/grant.ts'
import type { SecretStore } from '../../stores/secrets.ts'

type SecretGrant = Grant<'secret.read' | 'secret.read-many' | 'secret.write' | 'secret.delete' | 'secret.rotate'>

/** An event of one secret: its id, path and version, never more. */
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
 * The details of an event for a completely removed secret, in the transaction that removed it. An id is never reused, so if the secret
 * exists later, somebody restored its row.
 */
export async function whetherGone(secrets: Pick<SecretStore, 'placeOfAnyOrg'>, id: string): Promise<{ readonly gone?: true }> {
  return (await secrets.placeOfAnyOrg(id)) === undefined ? { gone: true } : {}
}

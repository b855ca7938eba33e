import type { Database } from '../../db/database.ts'
import type { Keyring } from '../../keys/keyring.ts'
import type { NewEvent } from '../../policy/event.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { DoomedKek, DoomedKekStore } from '../../stores/keys/doomed-keks.ts'

export interface DestructionDeps {
  readonly database: Database<{ doomedKeks: DoomedKekStore; audit: AuditStore }>
  readonly keyring: Pick<Keyring, 'destroyKek'>
  readonly clock: () => number
}

const AT_ONCE = 100

/**
 * Destroys KEKs that no vault has any more. In the provider first: if the process dies before that is written down, the next one
 * destroys it once more, which is no error. The other way round a key could stay in an HSM that nobody knows of.
 */
export function kekDestruction({ database, keyring, clock }: DestructionDeps) {
  return async (): Promise<number> => {
    const keks = await database.read(({ doomedKeks }) => doomedKeks.due(clock(), AT_ONCE))
    for (const kek of keks) {
      await keyring.destroyKek({ id: kek.id, blob: kek.blob })
      await database.run(async ({ doomedKeks, audit }) => {
        if (await doomedKeks.forget(kek.id)) await audit.append([destroyed(kek)], clock())
      })
    }
    return keks.length
  }
}

function destroyed({ id, org_id, vault_id }: DoomedKek): NewEvent {
  return {
    orgId: org_id,
    action: 'key.destroy',
    actorId: '',
    actorType: 'system',
    ...(vault_id === ''
      ? { resourceType: 'server-key', resourceId: '' }
      : { resourceType: 'vault', resourceId: vault_id, vaultId: vault_id }),
    details: { key: id },
    ipAddress: '',
  }
}

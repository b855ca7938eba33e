import type { Database } from '../../db/database.ts'
import type { Keyring } from '../../keys/keyring.ts'
import { isRefusal } from '../../keys/refusals.ts'
import type { NewEvent } from '../../policy/event.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { KekDestruction, KekDestructionStore } from '../../stores/keys/kek-destructions.ts'

export interface DestructionDeps {
  readonly database: Database<{ kekDestructions: KekDestructionStore; audit: AuditStore }>
  readonly keyring: Pick<Keyring, 'destroyKek'>
  /** Called for a key that the key store does not destroy; it is tried again later. */
  readonly failed: (error: unknown) => void
  readonly clock: () => number
}

const AT_ONCE = 100
/** The pause before a key store that refused is tried again. */
const AGAIN_MS = 60 * 60_000

/**
 * Destroys KEKs without a vault. A key is destroyed in the provider first: if the process dies before that is recorded, the next one
 * destroys it again, which is not an error. In the other order an unknown key could remain in an HSM. A refused destruction does not delay
 * others.
 */
export function kekDestruction({ database, keyring, failed, clock }: DestructionDeps) {
  return async (): Promise<number> => {
    const keks = await database.read(({ kekDestructions }) => kekDestructions.due(clock(), AT_ONCE))
    for (const kek of keks) {
      try {
        await keyring.destroyKek({ id: kek.id, blob: kek.blob })
      } catch (error) {
        if (!isRefusal(error)) throw error
        failed(error)
        const why = 'The key store does not destroy it; the reason is in the log of the server.'
        await database.run(({ kekDestructions }) => kekDestructions.postpone(kek.id, why, clock() + AGAIN_MS))
        continue
      }
      await database.run(async ({ kekDestructions, audit }) => {
        if (await kekDestructions.forget(kek.id)) await audit.append([destroyed(kek)], clock())
      })
    }
    return keks.length
  }
}

function destroyed({ id, org_id, vault_id }: KekDestruction): NewEvent {
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

import { randomBytes } from 'node:crypto'
import { Problem } from '../../../../src/problem.ts'
import type { Database } from '../../../db/database.ts'
import { idsOf, type KeyStore, type KeyStores } from '../../../keys/keystores.ts'
import { recoverable } from '../../../keys/primitives/secp256k1.ts'
import { isRefusal } from '../../../keys/refusals.ts'
import type { NewEvent } from '../../../policy/event.ts'
import type { AuditStore } from '../../../stores/audit/audit.ts'
import type { KeyPlaceStore } from '../../../stores/keys/key-places.ts'
import type { By } from '../server/rotation.ts'

export interface SigningKeyMovingDeps {
  readonly database: Database<{ keyPlaces: KeyPlaceStore; audit: AuditStore }>
  readonly keyring: KeyStores
  readonly clock: () => number
}

type Row = Awaited<ReturnType<KeyPlaceStore['signingKeysToMove']>>[number]

const PAGE = 50

/**
 * Moves signing keys for transactions that are sealed in the database into a token. Such a key has an account, so it must stay the same
 * key: it is imported, and its sealed copy is deleted only when the token has made a signature that recovers the public key. Its name in
 * the token is derived from its name in the database. If a process is killed in between, the next one finds the key and tests it.
 */
export function signingKeyMoving({ database, keyring, clock }: SigningKeyMovingDeps) {
  /** @param refused called with each key that the key store refused */
  return async (to: KeyStore, by: By, refused: (what: string, error: unknown) => void): Promise<void> => {
    for (let after: string | undefined = ''; after !== undefined; ) {
      const from: string = after
      const rows = await database.read(({ keyPlaces }) => keyPlaces.signingKeysToMove(idsOf(keyring, to), from, PAGE))
      for (const row of rows) {
        await move(row, to, by).catch((error: unknown) => {
          const isNo = isRefusal(error) || (error instanceof Problem && error.code === 'feature.unconfigured')
          if (!isNo) throw error
          refused(`signing key ${row.deleted_name ?? row.name} ${row.path}`, error)
        })
      }
      after = rows.at(-1)?.id
    }
  }

  async function move(row: Row, to: KeyStore, by: By): Promise<void> {
    const secret = await keyring.exportCurveKey(row)
    if (!secret) return
    const id = keyring.idThere(to, row.id)
    try {
      await keyring.importCurveKey(id, secret, row.public_key).catch((error: unknown) => {
        // It was left by a process that was killed after the import, and is tested like any other.
        if (!(error instanceof Problem && error.code === 'resource.conflict')) throw error
      })
    } finally {
      secret.fill(0)
    }
    await prove(id, row)
    const now = clock()
    await database.run(async ({ keyPlaces, audit }) => {
      if (await keyPlaces.signingKeyMoved(row, id)) await audit.append([movedEvent(row, id, to, by)], now)
    })
  }

  /** @throws Problem `internal`; the key in the token is then destroyed */
  async function prove(id: string, { public_key }: Row): Promise<void> {
    const digest = randomBytes(32)
    try {
      await recoverable(await keyring.signDigest({ id, blob: null }, digest), digest, public_key)
    } catch (error) {
      if (error instanceof Problem && error.code === 'keys.unavailable') throw error
      await keyring.destroyCurveKey({ id, blob: null })
      throw new Problem('internal', undefined, { cause: error })
    }
  }
}

function movedEvent({ id, vault_id, org_id, path }: Row, now: string, to: KeyStore, by: By): NewEvent {
  return {
    orgId: org_id,
    action: 'key.migrate',
    actorId: by.id,
    actorType: 'user',
    resourceType: 'vault',
    resourceId: vault_id,
    vaultId: vault_id,
    details: { change: 'signing key moved', path, from: id, key: now, to: to.name },
    ipAddress: by.ip,
  }
}

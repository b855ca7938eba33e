import type { Selectable } from 'kysely'
import type { Handle } from '../../db/database.ts'
import { prepared } from '../../db/prepared.ts'
import { holdRows, lockRows } from '../../db/row-lock.ts'
import type { Schema } from '../../db/schema/schema.ts'
import type { VaultPlace } from '../../policy/facts.ts'
import { codec, orUndefined } from '../codec.ts'
import { scheduleDestruction } from './kek-destructions.ts'

const { decode: lockedOf } = codec<
  Pick<Selectable<Schema['vaults']>, 'kek_id' | 'kek_blob' | 'cmek_fingerprint' | 'is_system'>
>()<Record<never, never>, 'is_system'>({ flags: ['is_system'], json: [] })

/** A KEK in its stored form; see `Keyring`. */
export interface Kek {
  readonly id: string
  readonly blob: Uint8Array | null
}

export type VaultKeyStore = ReturnType<typeof vaultKeyStore>

/** The keys of vaults: their KEKs, and fingerprints of customer keys. */
export function vaultKeyStore(handle: Handle) {
  const { db, changed } = handle
  const rowOf = ({ id, orgId }: VaultPlace) => db.selectFrom('vaults').where('id', '=', id).where('org_id', '=', orgId)
  const change = ({ id, orgId }: VaultPlace) => db.updateTable('vaults').where('id', '=', id).where('org_id', '=', orgId)

  const hold = prepared(handle, (queries, vault: { id: string; orgId: string }) =>
    holdRows(
      handle,
      queries
        .selectFrom('vaults')
        .select(['kek_id', 'kek_blob', 'cmek_fingerprint'])
        .where('id', '=', vault.id)
        .where('org_id', '=', vault.orgId),
    ).where('deleted_at', 'is', null),
  )

  return {
    /** The keys for a value that is written in this unit of work, locked until it ends. Undefined if the vault no longer exists. */
    hold: async ({ id, orgId }: VaultPlace) => (await hold({ id, orgId })).rows[0],

    /** The same, locked against all other writers of the vault until the unit of work ends. */
    async lock(place: VaultPlace) {
      const columns = ['kek_id', 'kek_blob', 'cmek_fingerprint', 'is_system'] as const
      const vault = rowOf(place).select(columns).where('deleted_at', 'is', null)
      return orUndefined(await lockRows(handle, vault).executeTakeFirst(), lockedOf)
    },

    /** Serialises all work on the keys of the vault, even if it is deleted. */
    lockAny: (place: VaultPlace) => lockRows(handle, rowOf(place).select(['kek_id', 'kek_blob'])).executeTakeFirst(),

    /** All KEKs of a vault, the current one first. */
    async keks(place: VaultPlace): Promise<{ readonly kek: Kek; readonly formerKeks: readonly Kek[] } | undefined> {
      const vault = await rowOf(place).select(['kek_id', 'kek_blob']).executeTakeFirst()
      return vault && { kek: { id: vault.kek_id, blob: vault.kek_blob }, formerKeks: await this.formerKeks(place) }
    },

    formerKeks: (place: VaultPlace): Promise<Kek[]> =>
      db.selectFrom('former_keks').select(['id', 'blob']).where('vault_id', 'in', rowOf(place).select('id')).execute(),

    async setFingerprint(place: VaultPlace, fingerprint: string | null) {
      await change(place).set({ cmek_fingerprint: fingerprint }).where('deleted_at', 'is', null).execute()
      changed(`vault:${place.id}`)
    },

    /** Sets another KEK for new values; those under the current one remain readable. The vault must be locked. */
    async changeKek(place: VaultPlace, from: Kek, to: Kek, now: number) {
      await change(place).set({ kek_id: to.id, kek_blob: to.blob }).execute()
      await db.insertInto('former_keks').values({ id: from.id, vault_id: place.id, blob: from.blob, retired_at: now }).execute()
      changed(`vault:${place.id}`)
    },

    /**
     * Schedules a former KEK of the vault for destruction from `destroyAt` on, if no version is under it any more; the vault then no longer
     * has it. False if a version is. The vault must be locked.
     */
    async doomFormer(place: VaultPlace, kekId: string, destroyAt: number): Promise<boolean> {
      const under = await db.selectFrom('secret_versions').select('version').where('kek_id', '=', kekId).limit(1).execute()
      const kek = (await this.formerKeks(place)).find(({ id }) => id === kekId)
      if (!kek || under.length > 0) return false
      await scheduleDestruction(handle, [{ ...kek, org_id: place.orgId, vault_id: place.id, destroy_at: destroyAt }])
      await db.deleteFrom('former_keks').where('id', '=', kekId).execute()
      changed(`vault:${place.id}`)
      return true
    },
  }
}

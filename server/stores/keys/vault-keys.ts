import type { Selectable } from 'kysely'
import type { Handle } from '../../db/database.ts'
import { prepared } from '../../db/prepared.ts'
import { holdRows, lockRows } from '../../db/row-lock.ts'
import type { Schema } from '../../db/schema/schema.ts'
import { codec, orUndefined } from '../codec.ts'
import { doom } from './doomed-keks.ts'

const { decode: lockedOf } = codec<
  Pick<Selectable<Schema['vaults']>, 'kek_id' | 'kek_blob' | 'cmek_fingerprint' | 'is_system'>
>()<Record<never, never>, 'is_system'>({ flags: ['is_system'], json: [] })

/** A KEK as it is stored, see `Keyring`. */
interface Kek {
  readonly id: string
  readonly blob: Uint8Array | null
}

export type VaultKeyStore = ReturnType<typeof vaultKeyStore>

/** The keys that vaults are under: their KEKs, and customers' keys by fingerprint. */
export function vaultKeyStore(handle: Handle) {
  const { db, changed } = handle
  const live = (id: string) => db.updateTable('vaults').where('id', '=', id).where('deleted_at', 'is', null)

  const hold = prepared(handle, (queries, vault: { id: string }) =>
    holdRows(
      handle,
      queries.selectFrom('vaults').select(['kek_id', 'kek_blob', 'cmek_fingerprint']).where('id', '=', vault.id),
    ).where('deleted_at', 'is', null),
  )

  return {
    /** What a value must be under that is written in this unit of work; holds until it ends. Undefined when the vault is gone. */
    hold: async (vaultId: string) => (await hold({ id: vaultId })).rows[0],

    /** The same, with nobody else writing into the vault until the unit of work ends. */
    async lock(vaultId: string) {
      const columns = ['kek_id', 'kek_blob', 'cmek_fingerprint', 'is_system'] as const
      const vault = db.selectFrom('vaults').select(columns).where('id', '=', vaultId).where('deleted_at', 'is', null)
      return orUndefined(await lockRows(handle, vault).executeTakeFirst(), lockedOf)
    },

    /** Makes whoever is to work on the keys of the vault wait for each other, also when the vault is deleted. */
    lockAny: (vaultId: string) =>
      lockRows(handle, db.selectFrom('vaults').select(['kek_id', 'kek_blob']).where('id', '=', vaultId)).executeTakeFirst(),

    /** All KEKs of a vault: the present one first. */
    async keks(vaultId: string): Promise<{ readonly kek: Kek; readonly formerKeks: readonly Kek[] } | undefined> {
      const vault = await db.selectFrom('vaults').select(['kek_id', 'kek_blob']).where('id', '=', vaultId).executeTakeFirst()
      return vault && { kek: { id: vault.kek_id, blob: vault.kek_blob }, formerKeks: await this.formerKeks(vaultId) }
    },

    formerKeks: (vaultId: string): Promise<Kek[]> =>
      db.selectFrom('former_keks').select(['id', 'blob']).where('vault_id', '=', vaultId).execute(),

    async setFingerprint(vaultId: string, fingerprint: string | null) {
      await live(vaultId).set({ cmek_fingerprint: fingerprint }).execute()
      changed(`vault:${vaultId}`)
    },

    /** New values are under another KEK from here on; what is under the one so far can still be read. The vault must be locked. */
    async changeKek(vaultId: string, from: Kek, to: Kek, now: number) {
      await db.updateTable('vaults').where('id', '=', vaultId).set({ kek_id: to.id, kek_blob: to.blob }).execute()
      await db.insertInto('former_keks').values({ id: from.id, vault_id: vaultId, blob: from.blob, retired_at: now }).execute()
      changed(`vault:${vaultId}`)
    },

    /**
     * Dooms a KEK that the vault had before, if nothing is under it any more: the vault no longer has it, and it is destroyed from
     * `destroyAt` on. False when something is. The vault must be locked.
     */
    async doomFormer(vaultId: string, kekId: string, destroyAt: number): Promise<boolean> {
      const under = await db.selectFrom('secret_versions').select('version').where('kek_id', '=', kekId).limit(1).execute()
      const former = db.selectFrom('former_keks').select(['id', 'blob']).where('id', '=', kekId).where('vault_id', '=', vaultId)
      const kek = await former.executeTakeFirst()
      const vault = await db.selectFrom('vaults').select('org_id').where('id', '=', vaultId).executeTakeFirst()
      if (!kek || !vault || under.length > 0) return false
      await doom(handle, [{ ...kek, org_id: vault.org_id, vault_id: vaultId, destroy_at: destroyAt }])
      await db.deleteFrom('former_keks').where('id', '=', kekId).execute()
      changed(`vault:${vaultId}`)
      return true
    },
  }
}

import { sql } from 'kysely'
import type { Handle } from '../../db/database.ts'

export type SealedVersionStore = ReturnType<typeof sealedVersionStore>
export type IdentityKeyRow = Awaited<ReturnType<SealedVersionStore['longIdentityKeys']>>[number]

/** An envelope of the 44 characters that 32 bytes have in base64: version byte, IV, ciphertext and tag. */
const RAW_KEY_BYTES = 1 + 12 + 44 + 16

/** Where one version is. */
export interface VersionPlace {
  readonly secret_id: string
  readonly version: number
}

/** Versions that are still under a key that their vault had before: a KEK's id, or the fingerprint of a customer's key. */
export interface Under {
  readonly vaultId: string
  readonly column: 'kek_id' | 'cmek_fingerprint'
  readonly key: string
}

/** Secret versions as rotations see them: all of a vault, deleted ones too, whatever is in them. */
export function sealedVersionStore({ db, changed, engine }: Handle) {
  const under = ({ vaultId, column, key }: Under) =>
    db
      .selectFrom('secret_versions as v')
      .innerJoin('secrets as s', 's.id', 'v.secret_id')
      .where(`v.${column}`, '=', key)
      .where('s.vault_id', '=', vaultId)
  const at = ({ secret_id, version }: VersionPlace) =>
    db.updateTable('secret_versions').where('secret_id', '=', secret_id).where('version', '=', version)

  return {
    async count(what: Under): Promise<number> {
      const { count } = await under(what)
        .select(eb => eb.fn.countAll().as('count'))
        .executeTakeFirstOrThrow()
      return Number(count)
    },

    /** The next ones after a place, in a fixed order, with the size of each. */
    next: (what: Under, after: VersionPlace | undefined, limit: number) =>
      under(what)
        .select(eb => ['v.secret_id', 'v.version', eb.fn<number>('length', ['v.ciphertext']).as('bytes')])
        .$if(after !== undefined, query =>
          query.where(({ eb, refTuple, tuple }) =>
            eb(refTuple('v.secret_id', 'v.version'), '>', tuple(after?.secret_id ?? '', after?.version ?? 0)),
          ),
        )
        .orderBy('v.secret_id')
        .orderBy('v.version')
        .limit(limit)
        .execute(),

    byPlaces: (places: readonly VersionPlace[]) =>
      db
        .selectFrom('secret_versions as v')
        .select([
          'v.secret_id as id',
          'v.version',
          'v.ciphertext',
          'v.wrapped_dek',
          'v.kek_id',
          'v.bound_kek_id',
          'v.cmek_fingerprint',
        ])
        .where(({ or, and, eb }) =>
          or(places.map(place => and([eb('v.secret_id', '=', place.secret_id), eb('v.version', '=', place.version)]))),
        )
        .execute(),

    /**
     * DEKs wrapped by another KEK, in one statement: whoever reads meanwhile waits for the transaction. How many were still under the one
     * they were.
     */
    async rewrapped(rows: readonly (VersionPlace & { readonly wrapped_dek: Uint8Array })[], from: string, to: string) {
      if (rows.length === 0) return 0
      // PostgreSQL takes values in a list for texts.
      const typed = (value: unknown, type: string) =>
        engine === 'postgres' ? sql`cast(${value} as ${sql.raw(type)})` : sql`${value}`
      const values = rows.map(
        row => sql`(${row.secret_id}, ${typed(row.version, 'integer')}, ${typed(row.wrapped_dek, 'bytea')})`,
      )
      // Both engines name the columns of a list so.
      const { numAffectedRows } = await sql`
        UPDATE secret_versions
        SET kek_id = ${to}, wrapped_dek = made.column3, bound_kek_id = coalesce(bound_kek_id, ${from})
        FROM (VALUES ${sql.join(values)}) AS made
        WHERE secret_id = made.column1 AND version = made.column2 AND kek_id = ${from}`.execute(db)
      for (const { secret_id } of rows) changed(`secret:${secret_id}`)
      return Number(numAffectedRows ?? 0)
    },

    /** Identity keys of agents, by their paths in the vaults of the server, that are longer than raw ones; in a fixed order. */
    longIdentityKeys: (after: VersionPlace | undefined, limit: number) =>
      db
        .selectFrom('secret_versions as v')
        .innerJoin('secrets as s', 's.id', 'v.secret_id')
        .innerJoin('vaults', 'vaults.id', 's.vault_id')
        .select(['s.id', 's.vault_id', 's.path', 'v.version', 'v.ciphertext', 'v.wrapped_dek', 'v.kek_id', 'v.bound_kek_id'])
        .where('vaults.is_system', '=', 1)
        .where('vaults.deleted_at', 'is', null)
        .where('s.path', 'like', 'agents/%/private_key')
        .where('v.signing_key_id', 'is', null)
        .where(eb => eb.fn<number>('length', ['v.ciphertext']), '>', RAW_KEY_BYTES)
        .$if(after !== undefined, query =>
          query.where(({ eb, refTuple, tuple }) =>
            eb(refTuple('v.secret_id', 'v.version'), '>', tuple(after?.secret_id ?? '', after?.version ?? 0)),
          ),
        )
        .orderBy('v.secret_id')
        .orderBy('v.version')
        .limit(limit)
        .execute(),

    /** The same key in another form. False when it is no longer sealed as it was. */
    async reencoded(
      place: VersionPlace,
      from: Uint8Array,
      to: { readonly ciphertext: Uint8Array; readonly wrapped_dek: Uint8Array; readonly kek_id: string },
    ): Promise<boolean> {
      const { numUpdatedRows } = await at(place)
        .where('wrapped_dek', '=', from)
        .set({ ...to, bound_kek_id: null })
        .executeTakeFirst()
      changed(`secret:${place.secret_id}`)
      return numUpdatedRows === 1n
    },

    /** Another ciphertext of the same value. False when it is no longer under the customer's key it was. */
    async resealed(
      place: VersionPlace,
      from: string,
      to: {
        readonly ciphertext: Uint8Array
        readonly wrapped_dek: Uint8Array
        readonly kek_id: string
        readonly cmek_fingerprint: string
      },
    ) {
      const { numUpdatedRows } = await at(place)
        .where('cmek_fingerprint', '=', from)
        .set({ ...to, bound_kek_id: null })
        .executeTakeFirst()
      changed(`secret:${place.secret_id}`)
      return numUpdatedRows === 1n
    },
  }
}

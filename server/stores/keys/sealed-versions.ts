import { CompiledQuery, type ExpressionBuilder, type Selectable } from 'kysely'
import type { Engine, Handle } from '../../db/database.ts'
import type { NamedQuery } from '../../db/prepared.ts'
import type { Schema } from '../../db/schema/schema.ts'

export type SealedVersionStore = ReturnType<typeof sealedVersionStore>
export type IdentityKeyRow = Awaited<ReturnType<SealedVersionStore['longIdentityKeys']>>[number]

/** The length of an envelope of the 44 characters that 32 bytes have in base64: version byte, IV, ciphertext and tag. */
const RAW_KEY_BYTES = 1 + 12 + 44 + 16

/** The place of one version. */
export interface VersionPlace {
  readonly secret_id: string
  readonly version: number
}

/** Versions under some of their vault's keys: ids of KEKs, or fingerprints of customer keys. */
export interface Under {
  readonly vaultId: string
  readonly column: 'kek_id' | 'cmek_fingerprint'
  readonly keys: readonly string[]
}

/** A version in its stored form. */
export type SealedVersionRow = Pick<
  Selectable<Schema['secret_versions']>,
  'version' | 'ciphertext' | 'wrapped_dek' | 'kek_id' | 'bound_kek_id' | 'cmek_fingerprint'
> & { readonly id: string }

/**
 * Rotations run these statements for every version, next to requests. So they are written by hand, with one parameter for many places:
 * building a condition for each with Kysely took longer than everything else.
 */
const BY_PLACES: Readonly<Record<Engine, string>> = {
  sqlite: byPlaces('SELECT value ->> 0, value ->> 1 FROM json_each(?)'),
  postgres: byPlaces('SELECT value ->> 0, (value ->> 1)::integer FROM json_array_elements($1::json)'),
}

function byPlaces(places: string): string {
  return `SELECT secret_id AS id, version, ciphertext, wrapped_dek, kek_id, bound_kek_id, cmek_fingerprint
    FROM secret_versions WHERE (secret_id, version) IN (${places})`
}

const REWRAPPED: Readonly<Record<Engine, string>> = {
  sqlite: rewrapped(
    '?1',
    `SELECT value ->> 0 AS id, value ->> 1 AS number, unhex(value ->> 2) AS dek, value ->> 3 AS former FROM json_each(?2)`,
  ),
  postgres: rewrapped(
    '$1',
    `SELECT value ->> 0 AS id, (value ->> 1)::integer AS number, decode(value ->> 2, 'hex') AS dek, value ->> 3 AS former
      FROM json_array_elements($2::json)`,
  ),
}

function rewrapped(to: string, made: string): string {
  return `UPDATE secret_versions SET kek_id = ${to}, wrapped_dek = made.dek, bound_kek_id = coalesce(bound_kek_id, kek_id)
    FROM (${made}) AS made WHERE secret_id = made.id AND version = made.number AND kek_id = made.former`
}

/** The condition for the versions after a place in the order of ids and version numbers; all versions without one. */
function isAfter(after: VersionPlace = { secret_id: '', version: 0 }) {
  return ({ eb, refTuple, tuple }: ExpressionBuilder<{ v: Schema['secret_versions'] }, 'v'>) =>
    eb(refTuple('v.secret_id', 'v.version'), '>', tuple(after.secret_id, after.version))
}

/** Secret versions for rotations: all of a vault, including deleted ones. */
export function sealedVersionStore({ db, execute, changed, engine }: Handle) {
  const under = ({ vaultId, column, keys }: Under) =>
    db
      .selectFrom('secret_versions as v')
      .innerJoin('secrets as s', 's.id', 'v.secret_id')
      .where(`v.${column}`, 'in', [...keys])
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

    /** The next versions after a place, in a fixed order, with the size of each. */
    next: (what: Under, after: VersionPlace | undefined, limit: number) =>
      under(what)
        .select(eb => ['v.secret_id', 'v.version', eb.fn<number>('length', ['v.ciphertext']).as('bytes')])
        .where(isAfter(after))
        .orderBy('v.secret_id')
        .orderBy('v.version')
        .limit(limit)
        .execute(),

    byPlaces: async (places: readonly VersionPlace[]): Promise<SealedVersionRow[]> => {
      const query = CompiledQuery.raw(BY_PLACES[engine], [JSON.stringify(places.map(at => [at.secret_id, at.version]))])
      const named: NamedQuery = { ...query, name: 'sealed versions by places' }
      return (await execute(named)).rows as SealedVersionRow[]
    },

    /**
     * Stores DEKs that were wrapped with another KEK, in one statement, because readers wait for the transaction. Returns how many were
     * still under the expected KEK.
     */
    async rewrapped(
      rows: readonly (VersionPlace & { readonly from: string; readonly wrapped_dek: Uint8Array })[],
      to: string,
    ): Promise<number> {
      if (rows.length === 0) return 0
      const made = rows.map(row => [row.secret_id, row.version, Buffer.from(row.wrapped_dek).toString('hex'), row.from])
      const query = CompiledQuery.raw(REWRAPPED[engine], [to, JSON.stringify(made)])
      const named: NamedQuery = { ...query, name: 'rewrapped versions' }
      const { numAffectedRows } = await execute(named)
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
        .where(isAfter(after))
        .orderBy('v.secret_id')
        .orderBy('v.version')
        .limit(limit)
        .execute(),

    /** Stores the same key in another form. False if it has changed since. */
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

    /** Stores another ciphertext of the same value. False if its customer key has changed since. */
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

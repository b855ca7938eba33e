import { type Expression, type SqlBool, sql } from 'kysely'
import { ERASED, type Handle } from '../../db/database.ts'

/** Ids of keys in one key store: with its tag and, if it was the first, without any. */
export interface IdsOf {
  readonly tag: string
  readonly isFirst: boolean
}

export type KeyPlaceStore = ReturnType<typeof keyPlaceStore>

/** Sealed in the database, or in a token. */
export type KeptWhere = 'with us' | 'in a token'

/** A signing key in another store. */
export interface StayingKey {
  readonly id: string
  readonly vault_id: string
  readonly vault: string
  readonly path: string
}

/** Versions that stay under former KEKs of their vault. */
export interface StayingVersions {
  readonly vault_id: string
  readonly vault: string
  readonly versions: number
  /** The reason why the last rotation left them there. */
  readonly error: string | null
}

/** The key stores of keys, from their ids. Deleted vaults count, because they can be restored. */
export function keyPlaceStore({ db, changed }: Handle) {
  /** A condition for ids of keys in none of these stores. */
  const outside = (column: string, places: readonly IdsOf[]): Expression<SqlBool> => {
    const id = sql.ref(column)
    const inside = places.map(({ tag, isFirst }) =>
      isFirst ? sql`(${id} LIKE ${`${tag}.%`} OR ${id} NOT LIKE '%.%')` : sql`${id} LIKE ${`${tag}.%`}`,
    )
    return sql<SqlBool>`NOT (${sql.join(inside, sql` OR `)})`
  }
  const count = async (query: { executeTakeFirstOrThrow(): Promise<{ count: unknown }> }) =>
    Number((await query.executeTakeFirstOrThrow()).count)

  /** Vaults with a former KEK in another store, without a running rotation. */
  const leftBehind = (place: IdsOf) =>
    db
      .selectFrom('former_keks as f')
      .innerJoin('vaults as v', 'v.id', 'f.vault_id')
      .where(outside('f.id', [place]))
      .where(({ not, exists }) => not(exists(rotations('running'))))

  /** The rows of the vault `v`. */
  const rotations = (status: 'running' | 'failed') =>
    db
      .selectFrom('key_jobs as j')
      .where(sql<SqlBool>`j.vault_id = v.id`)
      .where('j.kind', '=', 'kek')
      .where('j.status', '=', status)
      .select('j.id')

  const signingKeysOutside = (place: IdsOf, where: KeptWhere) =>
    db
      .selectFrom('signing_keys as k')
      .where(outside('k.id', [place]))
      .where('k.blob', where === 'with us' ? 'is not' : 'is', null)

  const vaultsOutside = (places: readonly IdsOf[]) => db.selectFrom('vaults as v').where(outside('v.kek_id', places))

  return {
    /** The id of a key that is in none of these stores; undefined if all are in one. */
    async strange(places: readonly IdsOf[]): Promise<string | undefined> {
      const [vault] = await vaultsOutside(places).select('v.kek_id as id').limit(1).execute()
      if (vault) return vault.id
      for (const table of ['former_keks', 'doomed_keks', 'signing_keys'] as const) {
        const [key] = await db.selectFrom(table).select('id').where(outside('id', places)).limit(1).execute()
        if (key) return key.id
      }
      return undefined
    },

    countVaults: (place: IdsOf) => count(vaultsOutside([place]).select(eb => eb.fn.countAll().as('count'))),

    /** KEKs in other stores that wait for destruction, or whose store has refused it. */
    countToDestroy: (place: IdsOf, isRefused = false) =>
      count(
        db
          .selectFrom('doomed_keks')
          .where(outside('id', [place]))
          .where('error', isRefused ? 'is not' : 'is', null)
          .select(eb => eb.fn.countAll().as('count')),
      ),

    /**
     * Vaults whose KEK, or a former KEK with versions under it, is in another store, by id; except for those being rotated, and those whose
     * rotation has failed since an instant.
     */
    vaultsToMove: (place: IdsOf, since: number, after: string, limit: number) =>
      db
        .selectFrom('vaults as v')
        .where(({ or, exists, and, not, selectFrom }) =>
          or([
            outside('v.kek_id', [place]),
            and([
              exists(
                selectFrom('former_keks as f')
                  .select('f.id')
                  .whereRef('f.vault_id', '=', 'v.id')
                  .where(outside('f.id', [place])),
              ),
              not(exists(rotations('failed').where('j.created_at', '>=', since))),
            ]),
          ]),
        )
        .select(['v.id', 'v.org_id', 'v.name', 'v.deleted_name'])
        .where('v.id', '>', after)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('key_jobs as j').select('j.id').whereRef('j.vault_id', '=', 'v.id').where('j.status', '=', 'running'),
            ),
          ),
        )
        .orderBy('v.id')
        .limit(limit)
        .execute(),

    /** Vaults whose KEK is in another store because their customer key is being rotated, and whether a process works on that. */
    vaultsHeldUp: async (place: IdsOf, now: number, limit: number) => {
      const rows = await vaultsOutside([place])
        .innerJoin('key_jobs as j', 'j.vault_id', 'v.id')
        .select(['v.id as vault_id', 'v.name as vault', 'v.deleted_name', 'j.held_until'])
        .where('j.status', '=', 'running')
        .where('j.kind', '=', 'cmek')
        .orderBy('v.id')
        .limit(limit)
        .execute()
      return rows.map(({ vault_id, vault, deleted_name, held_until }) => ({
        vault_id,
        vault: deleted_name ?? vault,
        isWorkedOn: held_until > now,
      }))
    },

    /** Running rotations of KEKs in vaults that have one in another store. */
    countRotations: (place: IdsOf) =>
      count(
        db
          .selectFrom('key_jobs as j')
          .innerJoin('former_keks as f', 'f.vault_id', 'j.vault_id')
          .where('j.kind', '=', 'kek')
          .where('j.status', '=', 'running')
          .where(outside('f.id', [place]))
          .select(eb => eb.fn.count('j.id').distinct().as('count')),
      ),

    /** Versions that did not open when their vault's KEK was replaced, and so are still under one in another store. */
    async unopened(place: IdsOf, limit: number): Promise<StayingVersions[]> {
      const rows = await leftBehind(place)
        .leftJoin('secret_versions as s', 's.kek_id', 'f.id')
        .select(eb => [
          'v.id as vault_id',
          'v.name as vault',
          'v.deleted_name',
          eb.fn.count('s.version').as('versions'),
          rotations('failed').clearSelect().select('j.error').orderBy('j.created_at', 'desc').limit(1).as('error'),
        ])
        .groupBy(['v.id', 'v.name', 'v.deleted_name'])
        .orderBy('v.id')
        .limit(limit)
        .execute()
      return rows.map(({ deleted_name, vault, versions, ...row }) => ({
        ...row,
        vault: deleted_name ?? vault,
        versions: Number(versions),
      }))
    },

    countSigningKeys: (place: IdsOf, where: KeptWhere) =>
      count(
        signingKeysOutside(place, where)
          .where('k.secret_id', 'in', eb => eb.selectFrom('secrets').select('secrets.id'))
          .select(eb => eb.fn.countAll().as('count')),
      ),

    /** Signing keys in other stores, with their places; a job destroys those without a secret. */
    async signingKeys(place: IdsOf, where: KeptWhere, limit: number): Promise<StayingKey[]> {
      const rows = await signingKeysOutside(place, where)
        .innerJoin('secrets as s', 's.id', 'k.secret_id')
        .innerJoin('vaults as v', 'v.id', 's.vault_id')
        .select(['k.id', 's.vault_id', 'v.name as vault', 'v.deleted_name', 's.path'])
        .orderBy('s.vault_id')
        .orderBy('s.path')
        .limit(limit)
        .execute()
      return rows.map(({ deleted_name, vault, ...row }) => ({ ...row, vault: deleted_name ?? vault }))
    },

    /** Signing keys in other stores that are sealed in the database, with their owners, by id. */
    signingKeysToMove: (place: IdsOf, after: string, limit: number) =>
      signingKeysOutside(place, 'with us')
        .innerJoin('secrets as s', 's.id', 'k.secret_id')
        .innerJoin('vaults as v', 'v.id', 's.vault_id')
        .select(['k.id', 'k.blob', 'k.public_key', 'k.secret_id', 's.path', 's.vault_id', 'v.org_id', 'v.name', 'v.deleted_name'])
        .where('k.id', '>', after)
        .orderBy('k.id')
        .limit(limit)
        .execute(),

    /** Records that a signing key is in a token, and deletes its sealed copy. False if it was already moved or destroyed. */
    async signingKeyMoved({ id, secret_id }: { readonly id: string; readonly secret_id: string }, to: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('signing_keys')
        .set({ id: to, blob: null })
        .where('id', '=', id)
        .where('blob', 'is not', null)
        .executeTakeFirst()
      await db
        .updateTable('secret_versions')
        .set({ signing_key_id: to })
        .where('secret_id', '=', secret_id)
        .where('signing_key_id', '=', id)
        .execute()
      changed(`secret:${secret_id}`)
      changed(ERASED)
      return numUpdatedRows === 1n
    },
  }
}

import { type Expression, type SqlBool, sql } from 'kysely'
import type { Handle } from '../../db/database.ts'

/** Ids of keys in one key store: with its tag and, if it was the first, without any. */
export interface IdsOf {
  readonly tag: string
  readonly isFirst: boolean
}

export type KeyPlaceStore = ReturnType<typeof keyPlaceStore>

/** A key that stays where it is. */
export interface StayingKey {
  readonly id: string
  readonly vault_id: string
  readonly vault: string
  readonly path: string
}

/** A KEK that versions are still under which do not open. */
export interface StayingVersions {
  readonly vault_id: string
  readonly vault: string
  readonly versions: number
}

/** In which key store keys are; their ids tell. Deleted vaults count: they can be restored. */
export function keyPlaceStore({ db }: Handle) {
  /** Whether an id is of a key in none of these stores. */
  const outside = (column: string, places: readonly IdsOf[]): Expression<SqlBool> => {
    const id = sql.ref(column)
    const inside = places.map(({ tag, isFirst }) =>
      isFirst ? sql`(${id} LIKE ${`${tag}.%`} OR ${id} NOT LIKE '%.%')` : sql`${id} LIKE ${`${tag}.%`}`,
    )
    return sql<SqlBool>`NOT (${sql.join(inside, sql` OR `)})`
  }
  const count = async (query: { executeTakeFirstOrThrow(): Promise<{ count: unknown }> }) =>
    Number((await query.executeTakeFirstOrThrow()).count)

  const vaultsOutside = (places: readonly IdsOf[]) => db.selectFrom('vaults as v').where(outside('v.kek_id', places))

  return {
    /** An id of a key in none of these stores; undefined when there is no such key. */
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

    /** KEKs elsewhere that wait to be destroyed, and keys of transactions whose secret is gone. */
    countDoomed: (place: IdsOf) =>
      count(
        db
          .selectFrom('doomed_keks')
          .where(outside('id', [place]))
          .select(eb => eb.fn.countAll().as('count')),
      ),

    /** Vaults whose KEK is elsewhere and is not being rotated, in the order of their ids. */
    vaultsToMove: (place: IdsOf, after: string, limit: number) =>
      vaultsOutside([place])
        .select(['v.id', 'v.org_id'])
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

    /** Vaults whose KEK is elsewhere, because the customer's key of the vault is being rotated, and whether somebody works on that. */
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

    /** Rotations of KEKs that are under way in vaults that have one elsewhere. */
    countRotations: (place: IdsOf) =>
      count(
        db
          .selectFrom('key_jobs as j')
          .innerJoin('former_keks as f', 'f.id', 'j.old_key')
          .where('j.kind', '=', 'kek')
          .where('j.status', '=', 'running')
          .where(outside('f.id', [place]))
          .select(eb => eb.fn.countAll().as('count')),
      ),

    /** Versions that did not open when their vault's KEK was replaced, and so are still under one elsewhere. */
    async unopened(place: IdsOf, limit: number): Promise<StayingVersions[]> {
      const rows = await db
        .selectFrom('former_keks as f')
        .innerJoin('vaults as v', 'v.id', 'f.vault_id')
        .leftJoin('secret_versions as s', 's.kek_id', 'f.id')
        .where(outside('f.id', [place]))
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('key_jobs as j').select('j.id').whereRef('j.old_key', '=', 'f.id').where('j.status', '=', 'running'),
            ),
          ),
        )
        .select(eb => ['v.id as vault_id', 'v.name as vault', 'v.deleted_name', eb.fn.count('s.version').as('versions')])
        .groupBy(['v.id', 'v.name', 'v.deleted_name'])
        .orderBy('v.id')
        .limit(limit)
        .execute()
      return rows.map(({ vault_id, vault, deleted_name, versions }) => ({
        vault_id,
        vault: deleted_name ?? vault,
        versions: Number(versions),
      }))
    },

    countSigningKeys: (place: IdsOf) =>
      count(
        db
          .selectFrom('signing_keys as k')
          .where(outside('k.id', [place]))
          .select(eb => eb.fn.countAll().as('count')),
      ),

    /** Keys of transactions that are elsewhere, with their places; those without a secret are destroyed by a job. */
    async signingKeys(place: IdsOf, limit: number): Promise<StayingKey[]> {
      const rows = await db
        .selectFrom('signing_keys as k')
        .innerJoin('secrets as s', 's.id', 'k.secret_id')
        .innerJoin('vaults as v', 'v.id', 's.vault_id')
        .where(outside('k.id', [place]))
        .select(['k.id', 's.vault_id', 'v.name as vault', 'v.deleted_name', 's.path'])
        .orderBy('s.vault_id')
        .orderBy('s.path')
        .limit(limit)
        .execute()
      return rows.map(({ deleted_name, vault, ...row }) => ({ ...row, vault: deleted_name ?? vault }))
    },
  }
}

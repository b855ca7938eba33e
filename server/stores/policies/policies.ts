import { sql } from 'kysely'
import type { Handle } from '../../db/database.ts'
import { prepared } from '../../db/prepared.ts'
import { withoutIndex } from '../../db/without-index.ts'
import type { VaultPlace } from '../../policy/facts.ts'
import type { AuditStore } from '../audit/audit.ts'
import { orUndefined } from '../codec.ts'
import { type Ending, endPolicies } from './ended-policies.ts'
import { decodePolicy as decode, encodePolicy as encode, type PolicyRow } from './policy-row.ts'

export type { PolicyRow } from './policy-row.ts'
/** A principal. */
export interface Whose {
  readonly type: string
  readonly id: string
}

/** A principal of an organisation. Ids are unique across all organisations. */
export interface OrgPrincipal extends Whose {
  readonly orgId: string
}

/** What policies refer to, oldest first. */
export interface Reach {
  readonly patterns: readonly string[]
  readonly vaultIds: readonly string[]
}

/** A column of what policies refer to. */
type Reached = 'secret_path_pattern' | 'vault_id'

/** A part of a list: the policies after one, up to a maximum number. */
export interface Stretch {
  readonly after?: { readonly created_at: number; readonly id: string } | undefined
  readonly limit: number
}

interface ReachedRow {
  /** The number among those of the principal. */
  readonly id: string
  readonly column: Reached
  readonly value: string
  /** PostgreSQL gives it as text. */
  readonly since: number | string
}

function reachIn(rows: readonly ReachedRow[]): Reach {
  const of = (column: Reached) =>
    rows
      .filter(row => row.column === column)
      .sort((one, other) => Number(one.since) - Number(other.since) || (one.value < other.value ? -1 : 1))
      .map(({ value }) => value)
  return { patterns: of('secret_path_pattern'), vaultIds: of('vault_id') }
}

export type PolicyStore = ReturnType<typeof policyStore>

/** Policies of vaults. Removing one that grants access writes an event. */
export function policyStore(handle: Handle, audit: Pick<AuditStore, 'append'>) {
  const { db, changed } = handle
  const end = endPolicies(handle, audit)
  /** Policies in vaults that are not deleted. */
  const live = () =>
    db
      .selectFrom('policies')
      .selectAll()
      .where('vault_id', 'not in', eb => eb.selectFrom('vaults').select('vaults.id').where('vaults.deleted_at', 'is not', null))

  const rowsIn = async (policies: ReturnType<typeof live>, { after, limit }: Stretch) => {
    const { created_at = 0, id = '' } = after ?? {}
    const rest = policies.where(({ or, and, eb }) =>
      or([eb('created_at', '>', created_at), and([eb('created_at', '=', created_at), eb('id', '>', id)])]),
    )
    const rows = await (after ? rest : policies).orderBy('created_at').orderBy('id').limit(limit).execute()
    return rows.map(decode)
  }

  const inVault = ({ id, orgId }: VaultPlace) => db.selectFrom('policies').where('vault_id', '=', id).where('org_id', '=', orgId)

  /** Every value of a column in the policies of some principals, with its position among those of the same principal. */
  const values = (column: Reached, now: number) =>
    live()
      .clearSelect()
      .select(({ ref, fn }) => [
        sql.lit(column).as('column'),
        'principal_id as id',
        ref(column).as('value'),
        fn.min('created_at').as('since'),
      ])
      .where(({ or, eb }) => or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
      .groupBy(['principal_id', column])

  const first = (
    column: Reached,
    { orgId, type, id, now, most }: Record<keyof OrgPrincipal, string> & Record<'now' | 'most', number>,
  ) =>
    values(column, now)
      // Uses the index of the principal: an organisation has many more policies, and SQLite would read all of them.
      .where(withoutIndex('org_id'), '=', orgId)
      .where('principal_type', '=', type)
      .where('principal_id', '=', id)
      .orderBy(eb => eb.fn.min('created_at'))
      .orderBy(column)
      .limit(most)
      .as(column)
  /** One statement: each is a hand-over to a thread, and every exchange of a key needs this. */
  const reach = prepared(handle, (_, params: Parameters<typeof first>[1]) =>
    db
      .selectFrom(first('secret_path_pattern', params))
      .selectAll()
      .unionAll(db.selectFrom(first('vault_id', params)).selectAll()),
  )

  /** The same for several principals. */
  const firstOfSome = (column: Reached, whose: readonly OrgPrincipal[], now: number, most: number) => {
    const ids = whose.map(({ id }) => id)
    const own = values(column, now)
      .where('principal_id', 'in', ids)
      .where(({ or, and, eb }) =>
        or(
          whose.map(({ orgId, type, id }) =>
            and([eb(withoutIndex('org_id'), '=', orgId), eb('principal_type', '=', type), eb('principal_id', '=', id)]),
          ),
        ),
      )
      .select(({ fn }) =>
        fn
          .agg<number>('row_number')
          .over(over =>
            over
              .partitionBy('principal_id')
              .orderBy(eb => eb.fn.min('created_at'))
              .orderBy(column),
          )
          .as('place'),
      )
    return db.selectFrom(own.as(column)).select(['column', 'id', 'value', 'since']).where('place', '<=', most)
  }
  const reachOfSome = (whose: readonly OrgPrincipal[], now: number, most: number) =>
    firstOfSome('secret_path_pattern', whose, now, most).unionAll(firstOfSome('vault_id', whose, now, most))

  return {
    async add(policy: PolicyRow) {
      await db.insertInto('policies').values(encode(policy)).execute()
      changed(`vault:${policy.vault_id}`)
    },

    inVault: async (vault: VaultPlace) =>
      (await inVault(vault).selectAll().orderBy('created_at').orderBy('id').execute()).map(decode),

    /** The next policies of an organisation for a principal, in the order in which they were created. */
    about: async (orgId: string, { type, id }: Whose, stretch: Stretch) =>
      rowsIn(
        live().where(withoutIndex('org_id'), '=', orgId).where('principal_type', '=', type).where('principal_id', '=', id),
        stretch,
      ),

    /** The next policies in the vaults that a principal has created, and of those for the principal. */
    concerning: async (orgId: string, { type, id }: Whose, stretch: Stretch) => {
      const made = db.selectFrom('vaults').select('vaults.id').where('created_by_type', '=', type).where('created_by', '=', id)
      const concerned = live()
        .where('org_id', '=', orgId)
        .where(eb =>
          eb.or([
            eb.and([eb('principal_type', '=', type), eb('principal_id', '=', id)]),
            eb('vault_id', 'in', made.where('vaults.org_id', '=', orgId)),
          ]),
        )
      return rowsIn(concerned, stretch)
    },

    /**
     * What the policies of principals that have not expired refer to: for each principal the first patterns and the first vaults, each
     * once. One statement, in the order of the principals.
     */
    async reach(whose: readonly OrgPrincipal[], now: number, most: number): Promise<Reach[]> {
      const distinct = [...new Map(whose.map(each => [each.id, each])).values()]
      const [first] = distinct
      if (!first) return []
      const isOne = distinct.length === 1
      const found = isOne ? reach({ ...first, now, most }) : handle.execute(reachOfSome(distinct, now, most).compile())
      const rows = (await found).rows as readonly ReachedRow[]
      return whose.map(({ id }) => reachIn(rows.filter(row => row.id === id)))
    },

    /** The number of policies of a vault, and how many of them are for one principal. */
    async count(
      vault: VaultPlace,
      principal: { readonly type: string; readonly id: string },
    ): Promise<{ inVault: number; ofPrincipal: number }> {
      const counted = inVault(vault).select(({ fn }) => fn.countAll<number | string>().as('count'))
      const own = counted.where('principal_type', '=', principal.type).where('principal_id', '=', principal.id)
      const [all, ofPrincipal] = [await counted.executeTakeFirstOrThrow(), await own.executeTakeFirstOrThrow()]
      return { inVault: Number(all.count), ofPrincipal: Number(ofPrincipal.count) }
    },

    /** The policies of an organisation that end in a period, the one that ends first comes first. */
    async ending(orgId: string, from: number, to: number, limit: number) {
      const rows = live().where('org_id', '=', orgId).where('expires_at', '>', from).where('expires_at', '<=', to)
      return (await rows.orderBy('expires_at').orderBy('id').limit(limit).execute()).map(decode)
    },

    byId: async (vault: VaultPlace, id: string) =>
      orUndefined(await inVault(vault).selectAll().where('id', '=', id).executeTakeFirst(), decode),

    /** Policies granted under a policy, directly or through others. */
    async below(vault: VaultPlace, id: string) {
      const found: PolicyRow[] = []
      for (let above = [id]; above.length > 0; ) {
        const query = inVault(vault).selectAll().where('granted_under', 'in', above)
        const next = (await query.orderBy('id').execute()).map(decode)
        found.push(...next)
        above = next.map(row => row.id)
      }
      return found
    },

    async update(vault: VaultPlace, id: string, fields: Partial<PolicyRow>) {
      const row = await db
        .updateTable('policies')
        .set(encode(fields))
        .where('vault_id', '=', vault.id)
        .where('org_id', '=', vault.orgId)
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst()
      changed(`vault:${vault.id}`)
      return orUndefined(row, decode)
    },

    /** Every policy for a principal, or those in one organisation. */
    async removePrincipal(type: string, id: string, ending: Ending, orgId?: string) {
      const all = db.selectFrom('policies').select('id').where('principal_type', '=', type).where('principal_id', '=', id)
      await end(await (orgId === undefined ? all : all.where('org_id', '=', orgId)).execute(), ending)
    },

    /** Policies that ended in a period, without its first moment; the one that ended first comes first. */
    async ended(from: number, to: number, limit: number) {
      const rows = db.selectFrom('policies').selectAll().where('expires_at', '>', from).where('expires_at', '<=', to)
      return (await rows.orderBy('expires_at').orderBy('id').limit(limit).execute()).map(decode)
    },

    /** False if it no longer exists. */
    async remove(vault: VaultPlace, id: string): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('policies')
        .where('vault_id', '=', vault.id)
        .where('org_id', '=', vault.orgId)
        .where('id', '=', id)
        .executeTakeFirst()
      changed(`vault:${vault.id}`)
      return numDeletedRows === 1n
    },
  }
}

import type { SelectQueryBuilder } from 'kysely'
import type { Handle } from '../../db/database.ts'
import { prepared } from '../../db/prepared.ts'
import { lockRows } from '../../db/row-lock.ts'
import { withoutIndex } from '../../db/without-index.ts'
import type { Ceiling } from '../../policy/ceilings.ts'
import type { PlanStore } from './plans.ts'

/** The number of resources of an organisation, for limits and for display. */
export interface ResourceCounts {
  readonly vaults: number
  readonly secrets: number
  readonly agents: number
  readonly teamMembers: number
  readonly intentTransactions: number
  readonly shares: number
}

/** Ceilings on rows that are counted when one is added; other counts are maintained when rows are added or deleted. */
export type Counted = Exclude<Ceiling, 'secrets' | 'bytes' | 'versions' | 'vaultPolicies' | 'principalPolicies'>

/**
 * Checks that there is room for one more, within the unit of work that creates it. If two want the last place, they run one after the
 * other.
 * @throws Problem `resource.ceiling` if the server keeps no more, `resource.limit` if the plan does not allow more
 */
export type EnsureRoom = (
  stores: { readonly plans: PlanStore; readonly resourceCounts: ResourceCountStore },
  orgId: string,
  thing: Counted | 'secrets',
) => Promise<void>

/**
 * Checks, within the unit of work that wrote a version of a secret, that there are not too many versions of it or in the organisation.
 * @throws Problem `resource.ceiling`
 */
export type EnsureStorage = (
  stores: { readonly resourceCounts: ResourceCountStore },
  about: { readonly orgId: string; readonly secretId: string; readonly version: number },
) => Promise<void>

type OfOrgs = 'memberships' | 'transactions' | 'shares' | 'policies' | 'invitations' | 'ip_rules'

export type ResourceCountStore = ReturnType<typeof resourceCountStore>

/** Counts limited resources: of one organisation, or of the whole server. */
export function resourceCountStore(handle: Handle) {
  const { db } = handle
  const stored = prepared(handle, (db, p: { orgId: string }) =>
    db
      .selectFrom('org_storage')
      .select(({ fn }) => [fn.sum<number | null>('secrets').as('secrets'), fn.sum<number | null>('bytes').as('bytes')])
      .where('org_id', '=', p.orgId),
  )

  const count = async <DB, TB extends keyof DB>(query: SelectQueryBuilder<DB, TB, object>) =>
    Number(((await query.select(eb => eb.fn.countAll().as('n')).executeTakeFirstOrThrow()) as { n: unknown }).n)

  const ofOrg = <T extends OfOrgs>(table: T, orgId: string) => db.selectFrom(table as 'shares').where('org_id', '=', orgId)
  const vaults = (orgId: string) =>
    count(db.selectFrom('vaults').where('org_id', '=', orgId).where('is_system', '=', 0).where('deleted_at', 'is', null))
  const agents = (orgId: string) => count(db.selectFrom('agents').where('org_id', '=', orgId).where('is_active', '=', 1))
  /**
   * Readable and expired secrets; deleted ones do not count. The maintained count includes everything; secrets of deleted and system
   * vaults, and deleted secrets, which are found by their time of deletion, are subtracted.
   */
  async function secrets(orgId: string): Promise<number> {
    const [all] = (await stored({ orgId })).rows
    const vaultsAside = db
      .selectFrom('vaults')
      .select('id')
      .where('org_id', '=', orgId)
      .where(({ or, eb }) => or([eb('is_system', '=', 1), eb('deleted_at', 'is not', null)]))
    const aside = await count(db.selectFrom('secrets').where('vault_id', 'in', vaultsAside))
    const deleted = await count(
      db
        .selectFrom('secret_versions as n')
        .innerJoin('secrets as s', on => on.onRef('s.id', '=', 'n.secret_id').onRef('s.latest_version', '=', 'n.version'))
        .innerJoin('vaults as v', 'v.id', 's.vault_id')
        .where('n.deleted_at', 'is not', null)
        .where(withoutIndex('v.org_id'), '=', orgId)
        .where('v.is_system', '=', 0)
        .where('v.deleted_at', 'is', null),
    )
    return Number(all?.secrets ?? 0) - aside - deleted
  }
  /** Keys of its vaults, including deleted ones, former keys and signing keys, until the provider has destroyed them. */
  const providerKeys = async (orgId: string) => {
    const all = db.selectFrom('vaults').select('id').where('org_id', '=', orgId)
    const live = await count(db.selectFrom('vaults').where('org_id', '=', orgId))
    const former = await count(db.selectFrom('former_keks').where('vault_id', 'in', all))
    const signing = db.selectFrom('signing_keys as k').innerJoin('secrets as s', 's.id', 'k.secret_id')
    const toDestroy = await count(db.selectFrom('doomed_keks').where('org_id', '=', orgId))
    return live + former + toDestroy + (await count(signing.where('s.vault_id', 'in', all)))
  }

  const counted: Readonly<Record<Counted, (orgId: string, now: number) => Promise<number>>> = {
    vaults,
    agents,
    providerKeys,
    apiKeys: orgId => count(db.selectFrom('api_keys').where('org_id', '=', orgId).where('is_active', '=', 1)),
    policies: orgId => count(ofOrg('policies', orgId)),
    shares: (orgId, now) => count(ofOrg('shares', orgId).where('revoked_at', 'is', null).where('expires_at', '>', now)),
    invitations: (orgId, now) => count(ofOrg('invitations', orgId).where('expires_at', '>', now)),
    ipRules: orgId => count(ofOrg('ip_rules', orgId)),
    accessRequests: (orgId, now) => {
      const open = db.selectFrom('access_requests').where('status', '=', 'pending').where('expires_at', '>', now)
      return count(open.where('org_id', '=', orgId))
    },
    signups: (_, now) => count(db.selectFrom('pending_signups').where('expires_at', '>', now)),
    enrollments: (_, now) => count(db.selectFrom('enrollments').where('status', '=', 'pending').where('expires_at', '>', now)),
    deviceLogins: (_, now) => count(db.selectFrom('device_codes').where('status', '=', 'pending').where('expires_at', '>', now)),
  }

  return {
    counted,

    /** Counted as plans count them. */
    ofPlan: { vaults, secrets, agents },

    /** Locks an organisation's row until the unit of work ends. If two want the last place, they run one after the other. */
    async lock(orgId: string) {
      if (handle.engine === 'sqlite') return
      await lockRows(handle, db.selectFrom('orgs').select('id').where('id', '=', orgId)).execute()
    },

    /** The same for resources outside any organisation. */
    async lockServer(thing: string) {
      if (handle.engine === 'sqlite') return
      await db
        .insertInto('server_facts')
        .values({ key: `gate:${thing}`, value: '' })
        .onConflict(on => on.column('key').doUpdateSet({ value: '' }))
        .execute()
    },

    /**
     * Secrets and the bytes of their versions, including deleted ones: with the writes of this unit of work, without uncommitted writes of
     * others.
     */
    async stored(orgId: string): Promise<{ secrets: number; bytes: number }> {
      const [row] = (await stored({ orgId })).rows
      return { secrets: Number(row?.secrets ?? 0), bytes: Number(row?.bytes ?? 0) }
    },

    versions: (orgId: string, secretId: string) =>
      count(
        db
          .selectFrom('secret_versions as v')
          .innerJoin('secrets as s', 's.id', 'v.secret_id')
          .innerJoin('vaults', 'vaults.id', 's.vault_id')
          .where('vaults.org_id', '=', orgId)
          .where('v.secret_id', '=', secretId),
      ),

    /** The counts shown to people; transactions and shares since an instant. */
    async summary(orgId: string, since: number): Promise<ResourceCounts> {
      return {
        vaults: await vaults(orgId),
        secrets: await secrets(orgId),
        agents: await agents(orgId),
        teamMembers: await count(ofOrg('memberships', orgId)),
        intentTransactions: await count(ofOrg('transactions', orgId).where('created_at', '>=', since)),
        shares: await count(ofOrg('shares', orgId).where('created_at', '>=', since)),
      }
    },
  }
}

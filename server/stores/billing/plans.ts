import type { Handle } from '../../db/database.ts'
import { lockRows } from '../../db/row-lock.ts'

/** Things of which an organisation may have only so many. */
export type Resource = 'vaults' | 'secrets' | 'agents'

/**
 * Asks for room for one more, within the unit of work that makes it. Two that would both take the last place come one after the other.
 * @throws Problem `resource.limit` when there is none.
 */
export type EnsureRoom = (stores: { readonly plans: PlanStore }, orgId: string, resource: Resource) => Promise<void>

/** What an organisation has been granted. */
export interface OrgGrant {
  readonly tier: string
  /** When it falls back to `free`, epoch milliseconds; null: never. */
  readonly tierExpiresAt: number | null
  readonly freeTierOverride: number | null
  readonly isSponsored: boolean
  readonly isPlatform: boolean
}

/** How much an organisation has. */
export interface Holdings {
  readonly vaults: number
  readonly secrets: number
  readonly agents: number
  readonly teamMembers: number
  readonly intentTransactions: number
  readonly shares: number
}

export interface Subscription {
  readonly customer: string | null
  readonly subscription: string | null
  readonly status: string | null
  readonly interval: string | null
  /** Epoch milliseconds. */
  readonly periodEnd: number | null
}

/** Name of the setting. */
export const ENFORCED = 'billing.enforced'

export type PlanStore = ReturnType<typeof planStore>

/** Which plan an organisation is on, and how much it has of what a plan may limit. */
export function planStore(handle: Handle) {
  const { db, changed } = handle

  const count = async (query: { executeTakeFirst(): Promise<{ n: unknown } | undefined> }) =>
    Number((await query.executeTakeFirst())?.n ?? 0)

  const vaults = (orgId: string) =>
    count(
      db
        .selectFrom('vaults')
        .select(eb => eb.fn.countAll().as('n'))
        .where('org_id', '=', orgId)
        .where('is_system', '=', 0),
    )
  const agents = (orgId: string) =>
    count(
      db
        .selectFrom('agents')
        .select(eb => eb.fn.countAll().as('n'))
        .where('org_id', '=', orgId)
        .where('is_active', '=', 1),
    )
  /** Those that can be read, or could be until they expired; what was deleted takes no place. */
  const secrets = (orgId: string) =>
    count(
      db
        .selectFrom('secrets as s')
        .innerJoin('vaults as v', 'v.id', 's.vault_id')
        .innerJoin('secret_versions as n', on => on.onRef('n.secret_id', '=', 's.id').onRef('n.version', '=', 's.latest_version'))
        .select(eb => eb.fn.countAll().as('n'))
        .where('v.org_id', '=', orgId)
        .where('v.is_system', '=', 0)
        .where('n.deleted_at', 'is', null),
    )

  return {
    async grant(orgId: string): Promise<OrgGrant | undefined> {
      const row = await db.selectFrom('orgs').selectAll().where('id', '=', orgId).executeTakeFirst()
      return (
        row && {
          tier: row.billing_tier,
          tierExpiresAt: row.tier_expires_at === null ? null : Number(row.tier_expires_at),
          freeTierOverride: row.free_tier_override === null ? null : Number(row.free_tier_override),
          isSponsored: Number(row.is_sponsored) === 1,
          isPlatform: Number(row.is_platform) === 1,
        }
      )
    },

    /** Whether the server limits and charges anything. */
    async isEnforced(): Promise<boolean> {
      const row = await db.selectFrom('settings').select('value').where('key', '=', ENFORCED).executeTakeFirst()
      return row?.value === 'true'
    },

    /** Locks an organisation's row until the unit of work ends: two that would each take the last place come one after the other. */
    async lock(orgId: string) {
      await lockRows(handle, db.selectFrom('orgs').select('id').where('id', '=', orgId)).execute()
    },

    count: { vaults, secrets, agents },

    async holdings(orgId: string, since: number): Promise<Holdings> {
      const members = db
        .selectFrom('memberships')
        .select(eb => eb.fn.countAll().as('n'))
        .where('org_id', '=', orgId)
      const transactions = db
        .selectFrom('transactions')
        .select(eb => eb.fn.countAll().as('n'))
        .where('org_id', '=', orgId)
        .where('created_at', '>=', since)
      const shares = db
        .selectFrom('shares')
        .select(eb => eb.fn.countAll().as('n'))
        .where('org_id', '=', orgId)
        .where('created_at', '>=', since)
      return {
        vaults: await vaults(orgId),
        secrets: await secrets(orgId),
        agents: await agents(orgId),
        teamMembers: await count(members),
        intentTransactions: await count(transactions),
        shares: await count(shares),
      }
    },

    async subscription(orgId: string): Promise<Subscription> {
      const row = await db.selectFrom('billing_accounts').selectAll().where('org_id', '=', orgId).executeTakeFirst()
      return {
        customer: row?.stripe_customer ?? null,
        subscription: row?.stripe_subscription ?? null,
        status: row?.subscription_status ?? null,
        interval: row?.subscription_interval ?? null,
        periodEnd: row?.period_end == null ? null : Number(row.period_end),
      }
    },

    changed: (orgId: string) => changed(`org:${orgId}`),
  }
}

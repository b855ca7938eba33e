import type { Handle } from '../../db/database.ts'
import { prepared } from '../../db/prepared.ts'

/** Resources that a plan limits. */
export type Resource = 'vaults' | 'secrets' | 'agents'

/** The tier granted to an organisation. */
export interface OrgGrant {
  readonly tier: string
  /** When it falls back to `free`, epoch milliseconds; null for never. */
  readonly tierExpiresAt: number | null
  readonly freeTierOverride: number | null
  readonly isSponsored: boolean
  readonly isPlatform: boolean
}

/** The plan that an organisation pays for. */
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

/** The plans of organisations. */
export function planStore(handle: Handle) {
  const { db, changed } = handle
  const setting = prepared(handle, (db, p: { key: string }) => db.selectFrom('settings').select('value').where('key', '=', p.key))

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
      return (await setting({ key: ENFORCED })).rows[0]?.value === 'true'
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

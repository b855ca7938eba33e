import type { Handle } from '../../db/database.ts'
import type { OrgGrant } from './plans.ts'

/** An organisation, as platform administrators see it. */
export interface OrgSummary {
  readonly id: string
  readonly name: string
  readonly grant: OrgGrant
  readonly overageMethod: string
  readonly balanceCents: number
  /** The number of requests in the requested month. */
  readonly requests: number
  readonly createdAt: number
}

export type OrgUsageStore = ReturnType<typeof orgUsageStore>

/** The usage of every organisation on the server. */
export function orgUsageStore({ db }: Handle) {
  return {
    /** Oldest first. */
    async page(month: string, { limit, offset }: { limit: number; offset: number }) {
      const rows = await db
        .selectFrom('orgs as o')
        .leftJoin('billing_accounts as b', 'b.org_id', 'o.id')
        .leftJoin('usage_totals as u', on => on.onRef('u.org_id', '=', 'o.id').on('u.period', '=', month))
        .selectAll('o')
        .select(['b.overage_method', 'b.balance_cents', 'u.requests'])
        .orderBy('o.created_at')
        .orderBy('o.id')
        .limit(limit)
        .offset(offset)
        .execute()
      const { total } = await db
        .selectFrom('orgs')
        .select(eb => eb.fn.countAll().as('total'))
        .executeTakeFirstOrThrow()
      const orgs = rows.map(
        (row): OrgSummary => ({
          id: row.id,
          name: row.name,
          grant: {
            tier: row.billing_tier,
            tierExpiresAt: row.tier_expires_at,
            freeTierOverride: row.free_tier_override,
            isSponsored: row.is_sponsored === 1,
            isPlatform: row.is_platform === 1,
          },
          overageMethod: row.overage_method ?? 'credits',
          balanceCents: row.balance_cents ?? 0,
          requests: row.requests ?? 0,
          createdAt: row.created_at,
        }),
      )
      return { orgs, total: Number(total) }
    },
  }
}

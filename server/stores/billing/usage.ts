import type { Handle } from '../../db/database.ts'
import { usageHistory } from './usage-history.ts'

/** The number of requests, of paid ones, and the amount paid in millionths of a dollar. */
export interface Usage {
  readonly requests: number
  readonly paidRequests: number
  readonly costMicros: number
}

/** The usage of one day or month. */
export interface PeriodUsage extends Usage {
  readonly orgId: string
  /** `2026-11` or `2026-11-29`. */
  readonly period: string
}

/** The share of one principal or operation in a month. */
export interface ShareUsage {
  readonly orgId: string
  readonly month: string
  readonly kind: 'principal' | 'route'
  readonly name: string
  readonly requests: number
  readonly costMicros: number
}

export type UsageStore = ReturnType<typeof usageStore>

const NOTHING: Usage = { requests: 0, paidRequests: 0, costMicros: 0 }

/** Requests to the server, single ones and sums. */
export function usageStore(handle: Handle) {
  const { db } = handle
  const history = usageHistory(handle)

  async function addAll(usages: readonly PeriodUsage[]): Promise<PeriodUsage[]> {
    if (usages.length === 0) return []
    const rows = await db
      .insertInto('usage_totals')
      .values(
        usages.map(({ orgId, period, requests, paidRequests, costMicros }) => ({
          org_id: orgId,
          period,
          requests,
          paid_requests: paidRequests,
          cost_micros: costMicros,
        })),
      )
      .onConflict(on =>
        on.columns(['org_id', 'period']).doUpdateSet(({ eb, ref }) => ({
          requests: eb('usage_totals.requests', '+', ref('excluded.requests')),
          paid_requests: eb('usage_totals.paid_requests', '+', ref('excluded.paid_requests')),
          cost_micros: eb('usage_totals.cost_micros', '+', ref('excluded.cost_micros')),
        })),
      )
      .returningAll()
      .execute()
    return rows.map(row => ({ orgId: row.org_id, period: row.period, ...usageOf(row) }))
  }

  return {
    history,

    /** Adds to a month or a day. */
    async add(usage: PeriodUsage): Promise<Usage> {
      const [sum] = await addAll([usage])
      return sum ?? NOTHING
    },

    /** The same for many, each organisation and period once, in the order of both, so no two writers deadlock. Returns the new sums. */
    addAll,

    /** Adds to shares, each of them once, in their order. */
    async addShares(shares: readonly ShareUsage[]) {
      if (shares.length === 0) return
      await db
        .insertInto('usage_shares')
        .values(
          shares.map(({ orgId, month, kind, name, requests, costMicros }) => ({
            org_id: orgId,
            month,
            kind,
            name,
            requests,
            cost_micros: costMicros,
          })),
        )
        .onConflict(on =>
          on.columns(['org_id', 'month', 'kind', 'name']).doUpdateSet(({ eb, ref }) => ({
            requests: eb('usage_shares.requests', '+', ref('excluded.requests')),
            cost_micros: eb('usage_shares.cost_micros', '+', ref('excluded.cost_micros')),
          })),
        )
        .execute()
    },

    async total(orgId: string, period: string): Promise<Usage> {
      const row = await db
        .selectFrom('usage_totals')
        .selectAll()
        .where('org_id', '=', orgId)
        .where('period', '=', period)
        .executeTakeFirst()
      return row ? usageOf(row) : NOTHING
    },

    /** The days of a month with any usage, the first one first. */
    async days(orgId: string, month: string): Promise<PeriodUsage[]> {
      const rows = await db
        .selectFrom('usage_totals')
        .selectAll()
        .where('org_id', '=', orgId)
        .where('period', '>', month)
        .where('period', '<', `${month}-99`)
        .orderBy('period')
        .execute()
      return rows.map(row => ({ orgId, period: row.period, ...usageOf(row) }))
    },

    /** The largest shares of a month. */
    async shares(orgId: string, month: string, kind: ShareUsage['kind'], limit: number): Promise<ShareUsage[]> {
      const rows = await db
        .selectFrom('usage_shares')
        .selectAll()
        .where('org_id', '=', orgId)
        .where('month', '=', month)
        .where('kind', '=', kind)
        .orderBy('requests', 'desc')
        .orderBy('name')
        .limit(limit)
        .execute()
      return rows.map(row => ({
        orgId,
        month,
        kind,
        name: row.name,
        requests: Number(row.requests),
        costMicros: Number(row.cost_micros),
      }))
    },

    /** Deletes the counts of a month, given by two instants, of one organisation or of all. Returns the number of events. */
    async reset(month: string, span: { from: number; to: number }, orgId?: string): Promise<number> {
      const ofOrg = <Q extends { where(column: 'org_id', operator: '=', value: string): Q }>(query: Q): Q =>
        orgId === undefined ? query : query.where('org_id', '=', orgId)
      await ofOrg(db.deleteFrom('usage_totals').where('period', '>=', month).where('period', '<', `${month}-99`)).execute()
      await ofOrg(db.deleteFrom('usage_shares').where('month', '=', month)).execute()
      return history.remove(span, orgId)
    },
  }
}

function usageOf(row: { requests: number; paid_requests: number; cost_micros: number }): Usage {
  return { requests: Number(row.requests), paidRequests: Number(row.paid_requests), costMicros: Number(row.cost_micros) }
}

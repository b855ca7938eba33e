import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Handle } from '../../db/database.ts'
import { deleteSome } from '../../db/delete-some.ts'

/** A request that was answered. */
export interface UsageEvent {
  readonly id: string
  readonly orgId: string
  readonly principalType: string
  readonly principalId: string
  readonly method: string
  /** The template of its route. */
  readonly endpoint: string
  readonly status: number
  readonly priceMicros: number
  readonly paidBy: 'credits' | 'x402' | null
  /** Epoch milliseconds. */
  readonly at: number
}

/** Requests, those of them that were paid for, and what was paid in millionths of a dollar. */
export interface Usage {
  readonly requests: number
  readonly paidRequests: number
  readonly costMicros: number
}

/** Usage of one day or month. */
export interface PeriodUsage extends Usage {
  readonly orgId: string
  /** `2026-11` or `2026-11-29`. */
  readonly period: string
}

/** How much of a month one principal or operation made up. */
export interface ShareUsage {
  readonly orgId: string
  readonly month: string
  readonly kind: 'principal' | 'route'
  readonly name: string
  readonly requests: number
  readonly costMicros: number
}

/** Which metered requests to list, newest first. */
export interface EventPage {
  readonly orgId: string
  readonly principal?: { readonly type: string; readonly id: string } | undefined
  readonly limit: number
  /** Only events older than this one. */
  readonly before?: string | undefined
}

/** Digits of the time in an id. */
const TIME_DIGITS = 12

/** A UUID of version 7 (RFC 9562 §5.7): its first 48 bits are the time in milliseconds, the rest of a random one. */
export function eventId(ms: number): string {
  return `${leastId(ms)}-7${randomUUID().slice(15)}`
}

/** What the ids of an instant begin with; it sorts before each of them. */
function leastId(ms: number): string {
  const time = ms.toString(16).padStart(TIME_DIGITS, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}`
}

export type UsageStore = ReturnType<typeof usageStore>

const NOTHING: Usage = { requests: 0, paidRequests: 0, costMicros: 0 }

/** What was asked of the server, one by one and summed up. */
export function usageStore(handle: Handle) {
  const { db, engine } = handle
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
    /** One parameter however many events: binding nine for each would be most of what counting a request costs. */
    async addEvents(events: readonly UsageEvent[]) {
      if (events.length === 0) return
      const rows = JSON.stringify(
        events.map(event => [
          event.orgId,
          event.id,
          event.principalType,
          event.principalId,
          event.method,
          event.endpoint,
          event.paidBy,
          event.status,
          event.priceMicros,
          event.at,
        ]),
      )
      const columns = sql`org_id, id, principal_type, principal_id, method, endpoint, paid_by, status_code, price_micros, created_at`
      const text = (index: number) => sql.raw(`value ->> ${index}`)
      const int = (index: number) => sql.raw(engine === 'postgres' ? `(value ->> ${index})::bigint` : `value ->> ${index}`)
      const source = engine === 'postgres' ? sql`jsonb_array_elements(${rows}::jsonb)` : sql`json_each(${rows})`
      const values = [0, 1, 2, 3, 4, 5, 6].map(text).concat([7, 8, 9].map(int))
      await sql`INSERT INTO usage_events (${columns}) SELECT ${sql.join(values)} FROM ${source}`.execute(db)
    },

    /** Adds to a month or a day. */
    async add(usage: PeriodUsage): Promise<Usage> {
      const [sum] = await addAll([usage])
      return sum ?? NOTHING
    },

    /**
     * The same for many, each organisation and period once, in the order of both, so that none who do it waits in a circle. Answers the
     * sums after it.
     */
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

    /** The days of a month on which there was any, the first one first. */
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

    /** The newest events first. */
    async events({ orgId, principal, limit, before }: EventPage): Promise<UsageEvent[]> {
      let query = db.selectFrom('usage_events').selectAll().where('org_id', '=', orgId)
      if (principal) query = query.where('principal_type', '=', principal.type).where('principal_id', '=', principal.id)
      if (before !== undefined) query = query.where('id', '<', before)
      const rows = await query.orderBy('id', 'desc').limit(limit).execute()
      return rows.map(row => ({
        id: row.id,
        orgId,
        principalType: row.principal_type,
        principalId: row.principal_id,
        method: row.method,
        endpoint: row.endpoint,
        status: Number(row.status_code),
        priceMicros: Number(row.price_micros),
        paidBy: row.paid_by as UsageEvent['paidBy'],
        at: Number(row.created_at),
      }))
    },

    /**
     * Forgets what was counted in a month, which lasts from one instant to another, of one organisation or of all. How many events there
     * were.
     */
    async reset(month: string, { from, to }: { from: number; to: number }, orgId?: string): Promise<number> {
      const ofOrg = <Q extends { where(column: 'org_id', operator: '=', value: string): Q }>(query: Q): Q =>
        orgId === undefined ? query : query.where('org_id', '=', orgId)
      await ofOrg(db.deleteFrom('usage_totals').where('period', '>=', month).where('period', '<', `${month}-99`)).execute()
      await ofOrg(db.deleteFrom('usage_shares').where('month', '=', month)).execute()
      const events = db.deleteFrom('usage_events').where('id', '>=', leastId(from)).where('id', '<', leastId(to))
      const { numDeletedRows } = await ofOrg(events).executeTakeFirst()
      return Number(numDeletedRows)
    },

    /** Removes events of before an instant: the sums stay. */
    forgetBefore(ms: number, most: number) {
      const old = sql`id < ${leastId(ms)}`
      // On SQLite they lie in the order of their organisations only.
      const where = engine === 'sqlite' ? sql`${old} AND org_id IN (SELECT DISTINCT org_id FROM usage_totals)` : old
      return deleteSome(handle, most, { table: 'usage_events', key: ['org_id', 'id'], where })
    },
  }
}

function usageOf(row: { requests: number; paid_requests: number; cost_micros: number }): Usage {
  return { requests: Number(row.requests), paidRequests: Number(row.paid_requests), costMicros: Number(row.cost_micros) }
}

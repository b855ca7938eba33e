import { sql } from 'kysely'
import type { Engine, Handle } from '../../db/database.ts'
import { withoutIndex } from '../../db/without-index.ts'
import { DAY_MS } from '../audit/days.ts'

/** Which agents of an organisation, and on which days since 1970 (UTC, both ends included). */
export interface SpendingFilter {
  readonly orgId: string
  readonly agentId?: string | undefined
  readonly createdBy?: string | undefined
  readonly from: number
  readonly to: number
  /** Only agents with a greater id. */
  readonly after?: string | undefined
  readonly limit: number
}

/** What an agent sent on one day. */
export interface DaySum {
  readonly agentId: string
  /** Days since 1970, UTC. */
  readonly day: number
  readonly wei: bigint
  readonly transactions: number
}

/** What counts against an agent's daily limit. */
export interface WindowSum {
  readonly agentId: string
  readonly wei: bigint
  /** The part of it that no block contains yet. */
  readonly reserved: bigint
}

/** A transaction that was sent, or can be; the value of others stays with the agent. */
const IS_SENT = `status NOT IN ('failed', 'simulation_failed')`
const IS_WAITING = `${IS_SENT} AND coalesce(chain_status, 'pending') = 'pending'`

/** SQLite adds up 64 bits at most, so it sums groups of digits, the lowest first. Nine of them hold every amount of wei. */
const DIGITS = 9
const STARTS = [-9, -18, -27, -36, -45, -54, -63, -72, -81]
const SUM: Record<Engine, (amount: string) => string> = {
  sqlite: amount => STARTS.map(start => `sum(CAST(substr(${amount}, ${start}, ${DIGITS}) AS INTEGER))`).join(` || ',' || `),
  postgres: amount => `CAST(sum(CAST(${amount} AS NUMERIC)) AS TEXT)`,
}

/** Exact sums of what agents sent and spent, on the index of an agent's transactions by time. */
export function spendingSums({ db, engine }: Pick<Handle, 'db' | 'engine'>) {
  const sum = (amount: 'value_wei' | 'counted_wei') => sql<string>`${sql.raw(SUM[engine](amount))}`

  return {
    /** The ids of agents with transactions on these days, in order. */
    async spenders({ orgId, agentId, createdBy, from, to, after, limit }: SpendingFilter): Promise<string[]> {
      let query = db
        .selectFrom('agents')
        .select('agents.id')
        .where('agents.org_id', '=', orgId)
        .where(({ exists, selectFrom }) =>
          exists(
            selectFrom('transactions')
              .select('transactions.seq')
              .whereRef('transactions.agent_id', '=', 'agents.id')
              .where('transactions.created_at', '>=', from * DAY_MS)
              .where('transactions.created_at', '<', (to + 1) * DAY_MS),
          ),
        )
      if (agentId !== undefined) query = query.where('agents.id', '=', agentId)
      if (createdBy !== undefined) query = query.where('agents.created_by', '=', createdBy)
      if (after !== undefined) query = query.where(withoutIndex('agents.id'), '>', after)
      return (await query.orderBy(withoutIndex('agents.id')).limit(limit).execute()).map(({ id }) => id)
    },

    /** By agent and day, in this order. */
    async sentByDay(agentIds: readonly string[], { from, to }: Pick<SpendingFilter, 'from' | 'to'>): Promise<DaySum[]> {
      if (agentIds.length === 0) return []
      const { rows } = await sql<{ agent_id: string; day: number; wei: string; transactions: number }>`
        SELECT agent_id, created_at / ${sql.lit(DAY_MS)} AS day, ${sum('value_wei')} AS wei, count(*) AS transactions
        FROM transactions
        WHERE agent_id IN (${sql.join(agentIds)}) AND created_at >= ${from * DAY_MS} AND created_at < ${(to + 1) * DAY_MS}
          AND ${sql.raw(IS_SENT)}
        GROUP BY 1, 2 ORDER BY 1, 2`.execute(db)
      return rows.map(row => ({
        agentId: row.agent_id,
        day: Number(row.day),
        wei: weiOf(row.wei),
        transactions: Number(row.transactions),
      }))
    },

    /** What was created after `start`, or before and can still be mined. */
    async spentSince(agentIds: readonly string[], start: number): Promise<WindowSum[]> {
      if (agentIds.length === 0) return []
      const ids = sql.join(agentIds)
      const { rows } = await sql<{ agent_id: string; waits: number; wei: string }>`
        SELECT agent_id, waits, ${sum('counted_wei')} AS wei FROM (
          SELECT agent_id, counted_wei, CASE WHEN ${sql.raw(IS_WAITING)} THEN 1 ELSE 0 END AS waits FROM transactions
          WHERE agent_id IN (${ids}) AND created_at > ${start} AND counted_wei <> '0'
          UNION ALL
          SELECT agent_id, counted_wei, 1 FROM transactions
          WHERE agent_id IN (${ids}) AND due_at IS NOT NULL AND tx_hash IS NOT NULL AND created_at <= ${start}) AS counted
        GROUP BY agent_id, waits`.execute(db)
      return [...Map.groupBy(rows, row => row.agent_id)].map(([agentId, parts]) => ({
        agentId,
        wei: total(parts),
        reserved: total(parts.filter(({ waits }) => Number(waits) === 1)),
      }))
    },
  }
}

function total(parts: readonly { readonly wei: string }[]): bigint {
  return parts.reduce((sum, { wei }) => sum + weiOf(wei), 0n)
}

/** The number in a sum, which may be in groups of digits. */
function weiOf(sum: string): bigint {
  return sum.split(',').reduceRight((total, group) => total * 10n ** BigInt(DIGITS) + BigInt(group), 0n)
}

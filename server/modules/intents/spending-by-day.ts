import type { agentSpending } from '../../../src/contract/intents/spending.ts'
import type { QueryOf, ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import type { Database } from '../../db/database.ts'
import { daysOf } from '../../http/checks.ts'
import { keyCursor } from '../../http/paging.ts'
import type { Authorize } from '../../policy/authorize.ts'
import type { Grant } from '../../policy/grant.ts'
import { textOf } from '../../stores/audit/days.ts'
import type { IntentStore } from '../../stores/intents/intents.ts'
import { decimal } from './amounts.ts'
import { newWindow } from './lifecycle/spending.ts'

export interface SpendingByDayDeps {
  readonly database: Database<{ intents: IntentStore }>
  readonly authorize: Authorize
  readonly clock: () => number
}

export type SpendingByDay = ReturnType<typeof spendingByDay>

const DAYS = { usual: 14, most: 90 }
/** The default number of agents in a page. */
const AGENTS = 100

/** What agents sent by day, and what counts against their daily limits. */
export function spendingByDay({ database, authorize, clock }: SpendingByDayDeps) {
  return async (
    { actor, orgId, ip, resource }: Grant<'transaction.sum'>,
    query: QueryOf<typeof agentSpending>,
  ): Promise<ReplyOf<typeof agentSpending>> => {
    const { from, to } = daysOf(query, clock(), DAYS)
    const { agent_id: agentId, limit = AGENTS } = query
    // A single agent is decided like its list of transactions.
    const of = agentId === undefined ? resource : (await authorize('transaction.read', actor, { agentId }, ip)).resource
    const filter = { orgId, ...of, from, to, after: keyCursor.read(query.cursor), limit: limit + 1 }
    const { listed, sent, spent, next } = await database.report(async ({ intents }) => {
      // One more than requested, to know whether there is a next page.
      const found = await intents.spenders(filter)
      const listed = found.slice(0, limit)
      const [sent, spent] = await Promise.all([
        intents.sentByDay(listed, { from, to }),
        intents.spentSince(listed, newWindow(clock())),
      ])
      return { listed, sent, spent, next: found.length > limit ? listed.at(-1) : undefined }
    })
    const days = Map.groupBy(sent, sum => sum.agentId)
    const windows = new Map(spent.map(sum => [sum.agentId, sum]))
    return {
      from: textOf(from),
      to: textOf(to),
      agents: listed.map(id => ({
        agent_id: id,
        value_eth: decimal((days.get(id) ?? []).reduce((sum, { wei }) => sum + wei, 0n)),
        spent_24h_eth: decimal(windows.get(id)?.wei ?? 0n),
        reserved_24h_eth: decimal(windows.get(id)?.reserved ?? 0n),
        days: (days.get(id) ?? []).map(({ day, wei, transactions }) => ({
          day: textOf(day),
          value_eth: decimal(wei),
          transactions,
        })),
      })),
      ...(next !== undefined && { next_cursor: keyCursor.of(next) }),
    }
  }
}

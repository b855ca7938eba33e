import type { Database } from '../../../db/database.ts'
import type { IntentStore } from '../../../stores/intents/intents.ts'
import { decimal } from '../amounts.ts'
import { spentOn } from './spending.ts'

/** The spending of agents since midnight UTC, in whole native units: agent id → decimal number. */
export type SpentToday = (agentIds: readonly string[]) => Promise<ReadonlyMap<string, string>>

export function spentToday({
  database,
  clock,
}: {
  database: Database<{ intents: IntentStore }>
  clock: () => number
}): SpentToday {
  return async agentIds => {
    const rows = agentIds.length === 0 ? [] : await database.read(({ intents }) => intents.spendingOf(agentIds))
    const spent = new Map(rows.map(row => [row.agent_id, decimal(spentOn(row, clock()))]))
    return new Map(agentIds.map(id => [id, spent.get(id) ?? '0']))
  }
}

import type { Client } from '../../../../../src/client/client.ts'
import type { Contract } from '../../../../../src/contract/all.ts'
import { firstOf } from './activity.ts'

/** What an agent sent by day, and what counts against its daily limit. */
export type Spending = Contract['agents.spending']['reply']['agents'][number]

export interface Spendings {
  /** The first of the days, UTC; today is the last. */
  readonly from: string
  /** By agent id; an agent that sent nothing on these days is left out. */
  readonly of: ReadonlyMap<string, Spending>
}

/** The number of days, today included. */
export const SPENT_DAYS = 14

const AMOUNT = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 4 })

/** What one agent sent, or each one whose transactions the person may see. */
export async function spendings(client: Client, agentId?: string): Promise<Spendings> {
  const from = firstOf(SPENT_DAYS)
  const { agents } = await client.call('agents.spending', { query: { from, ...(agentId && { agent_id: agentId }) } })
  return { from, of: new Map(agents.map(each => [each.agent_id, each])) }
}

/** An amount in words, rounded. */
export function eth(amount: number | string): string {
  return `${AMOUNT.format(Number(amount))} ETH`
}

import { randomUUID } from 'node:crypto'
import type { simulateTransaction } from '../../../../src/contract/intents/transactions.ts'
import type { ReplyOf } from '../../../../src/contract/schema/endpoint.ts'
import type { Tokens } from '../node/tokens.ts'
import { type BalanceChange, balanceChanges } from './balances.ts'
import type { Rehearsal, Simulated, Simulator } from './simulated.ts'

/** The fields of a reply with the outcome of one call. */
export type SimulationBody = Omit<ReplyOf<typeof simulateTransaction>, 'chain' | 'chain_id' | 'from' | 'summary' | 'guardrails'>

export interface SimulationDeps {
  /** In the order in which they are tried; the last one is always possible. */
  readonly simulators: readonly Simulator[]
  readonly tokens: Tokens
  readonly clock: () => number
}

export type Simulations = ReturnType<typeof simulations>

/** Simulates calls in the first way that this chain supports. */
export function simulations({ simulators, tokens, clock }: SimulationDeps) {
  async function rehearse(rehearsal: Rehearsal): Promise<readonly Simulated[]> {
    for (const simulator of simulators) {
      const results = await simulator(rehearsal)
      if (results) return results
    }
    throw new Error('No chain can simulate.')
  }

  return async (rehearsal: Rehearsal): Promise<SimulationBody[]> => {
    const results = await rehearse(rehearsal)
    const movements = results.map(result => result.movements)
    const changes = await balanceChanges(tokens, rehearsal.chain, movements)
    const now = new Date(clock()).toISOString()
    return results.map((result, index) => bodyOf(result, changes[index] ?? [], now))
  }
}

function bodyOf(result: Simulated, changes: BalanceChange[], now: string): SimulationBody {
  const { failure } = result
  return {
    simulation_id: result.id ?? randomUUID(),
    status: result.status,
    method: result.method,
    // Independent of its status: clients read both fields without a check.
    gas_used: result.gasUsed ?? 0,
    balance_changes: changes,
    ...(failure && { error: failure.error, error_code: failure.code, error_human_readable: humanReadable(failure) }),
    ...(failure?.revert && { revert_reason: failure.revert.reason }),
    ...(result.dashboardUrl !== undefined && { tenderly_dashboard_url: result.dashboardUrl }),
    simulated_at: now,
  }
}

function humanReadable({ code, error, revert }: NonNullable<Simulated['failure']>): string {
  if (revert) return `It would revert: ${revert.text}.`
  if (code === 'INSUFFICIENT_FUNDS') return 'The account does not have enough of the native currency.'
  return `It would fail: ${error}.`
}

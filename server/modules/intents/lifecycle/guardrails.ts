import type { Problem } from '../../../../src/problem.ts'
import { denied } from '../../../policy/denial.ts'
import type { AgentRow } from '../../../stores/agents.ts'
import { baseUnits, decimal } from '../amounts.ts'
import type { Intent } from '../intent.ts'
import type { Approvals } from '../node/allowances.ts'
import type { Chain, Chains } from '../ports.ts'

/** The limits that people have set for an agent; undefined or empty means no limit. */
export interface Guardrails {
  readonly allowedChains: readonly string[]
  /** In lower case. */
  readonly allowlist: readonly string[]
  readonly maxValue: bigint | undefined
  readonly dailyLimit: bigint | undefined
  readonly blockUnlimitedApprovals: boolean
}

/** Why a transaction is refused: the guardrail and a sentence. */
export interface Refusal {
  readonly guardrail: string
  readonly detail: string
}

/** The amount of a transaction that counts, and the sum of the past 24 hours, in wei; and its approvals. */
export interface Spending {
  readonly counted: bigint
  readonly spent: bigint
  readonly approvals: Approvals
}

export function guardrailsOf(agent: AgentRow): Guardrails {
  return {
    allowedChains: agent.tx_allowed_chains,
    allowlist: agent.tx_to_allowlist.map(address => address.toLowerCase()),
    maxValue: agent.tx_max_value_eth === null ? undefined : baseUnits(agent.tx_max_value_eth),
    dailyLimit: agent.tx_daily_limit_eth === null ? undefined : baseUnits(agent.tx_daily_limit_eth),
    blockUnlimitedApprovals: agent.tx_block_unlimited_approvals,
  }
}

/** Undefined for a permitted chain. */
export function chainRefusal({ allowedChains }: Guardrails, chain: Chain, isNamed: Chains['isNamed']): Refusal | undefined {
  if (allowedChains.length === 0 || allowedChains.some(word => isNamed(chain, word))) return undefined
  const detail = `${chain.name} is not one of the agent's chains (${allowedChains.join(', ')}).`
  return { guardrail: 'tx_allowed_chains', detail }
}

/** The first guardrail that refuses; undefined if all allow it. */
export function refusalOf(
  rails: Guardrails,
  { chain, to, value }: Intent,
  { counted, spent, approvals }: Spending,
  isNamed: Chains['isNamed'],
): Refusal | undefined {
  const { allowlist, maxValue, dailyLimit } = rails
  const unit = chain.currency
  const byChain = chainRefusal(rails, chain, isNamed)
  if (byChain) return byChain
  if (allowlist.length > 0 && (to === null || !allowlist.includes(to.toLowerCase()))) {
    const list = plural(allowlist.length, 'address', 'addresses')
    const detail =
      to === null
        ? `Contracts cannot be created: the agent can call only ${list}.`
        : `${to} is not on the agent's list of ${list}.`
    return { guardrail: 'tx_to_allowlist', detail }
  }
  if (maxValue !== undefined && value > maxValue) {
    return {
      guardrail: 'tx_max_value_eth',
      detail: `${decimal(value)} ${unit} is more than the maximum of ${decimal(maxValue)} ${unit} per transaction.`,
    }
  }
  if (dailyLimit !== undefined && spent + counted > dailyLimit) {
    const detail = `Value and highest fee come to ${decimal(counted)} ${unit}; of the ${decimal(dailyLimit)} ${unit} for 24 hours, ${decimal(left(dailyLimit, spent))} are left.`
    return { guardrail: 'tx_daily_limit_eth', detail }
  }
  return rails.blockUnlimitedApprovals ? approvalRefusal(approvals) : undefined
}

/** Undefined if there is no approval without a limit. */
export function approvalRefusal(approvals: Approvals): Refusal | undefined {
  const guardrail = 'tx_block_unlimited_approvals'
  const detail = approvals.open ?? approvals.unknown
  if (detail !== undefined) return { guardrail, detail }
  // Only if a person has set the guardrail a moment ago.
  return approvals.measured ? undefined : { guardrail, detail: 'Its approvals could not be checked; try again.' }
}

/** The rest of the daily limit, in whole units; undefined without a limit. */
export function remaining({ dailyLimit }: Guardrails, spent: bigint): string | undefined {
  return dailyLimit === undefined ? undefined : decimal(left(dailyLimit, spent))
}

/** @returns Problem `policy.denied` whose detail names the guardrail, and what remains of a daily limit */
export function refused({ guardrail, detail }: Refusal, rails: Guardrails, spent: bigint, intent: Intent, text: string): Problem {
  const rest = guardrail === 'tx_daily_limit_eth' ? undefined : remaining(rails, spent)
  const allowance = rest === undefined ? '' : ` Remaining daily allowance: ${rest}.`
  const { chain, to, value } = intent
  return denied({ rule: guardrail }, `Refused by ${guardrail}: ${detail}${allowance}`, {
    reason: guardrail,
    attempted: { chain: chain.name, chain_id: chain.chainId, to: to ?? '', value: decimal(value), summary: text },
  })
}

function left(limit: bigint, spent: bigint): bigint {
  return spent < limit ? limit - spent : 0n
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}

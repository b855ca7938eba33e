import type { Agent } from '../agent.ts'

export type Guarded = Pick<
  Agent,
  | 'intents_api_enabled'
  | 'tx_allowed_chains'
  | 'tx_to_allowlist'
  | 'tx_max_value_eth'
  | 'tx_daily_limit_eth'
  | 'raw_signing_enabled'
>

/** The number of guardrails. */
export const GUARDRAILS = 4

/** Describes what an agent that signs transactions may do without its missing guardrails; undefined for an agent that signs none. */
export function unlimited(agent: Guarded): string[] {
  if (!agent.intents_api_enabled) return []
  return [
    ...(agent.tx_allowed_chains?.length ? [] : ['on any chain']),
    ...(agent.tx_to_allowlist?.length ? [] : ['to any address']),
    ...(agent.tx_max_value_eth === undefined ? ['of any amount'] : []),
    ...(agent.tx_daily_limit_eth === undefined ? ['without a daily limit'] : []),
  ]
}

const AND = new Intl.ListFormat('en', { type: 'conjunction' })

/** The warning about missing limits, and about whatever defeats them all. */
export function unlimitedWarning(agent: Guarded, { inFields = false } = {}): string | undefined {
  const free = unlimited(agent)
  const warnings = [
    ...(free.length > 0
      ? [`This agent can sign transactions ${AND.format(free)}.${inFields ? ' An empty field means no limit.' : ''}`]
      : []),
    ...(agent.intents_api_enabled && agent.raw_signing_enabled
      ? ['This agent can sign raw hashes, which no limit can check.']
      : []),
  ]
  return warnings.length > 0 ? warnings.join(' ') : undefined
}

const GUARDRAILS: Readonly<Record<string, string>> = {
  tx_allowed_chains: 'Chains',
  tx_to_allowlist: 'Addresses',
  tx_max_value_eth: 'Max per transaction',
  tx_daily_limit_eth: 'Max in 24 hours',
  tx_block_unlimited_approvals: 'Unlimited token approvals',
}

/** The guardrail that a refusal begins with, as the pages call it, and the sentence that follows it. */
export function stoppedBy(reason: string): { guardrail: string; sentence: string } {
  const [name = '', ...rest] = reason.split(': ')
  const guardrail = GUARDRAILS[name]
  return guardrail === undefined ? { guardrail: 'a guardrail', sentence: reason } : { guardrail, sentence: rest.join(': ') }
}

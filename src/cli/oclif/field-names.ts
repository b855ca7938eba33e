import type { Command } from '@oclif/core'
import { Problem } from '../../problem.ts'

/** The input of a command: its flags and arguments by name, and the given words. */
export interface Spoken {
  readonly flags: Readonly<Record<string, unknown>>
  readonly args: Readonly<Record<string, unknown>>
  readonly argv: readonly string[]
}

/** Fields of the API with other names in commands: the flags and arguments for each, the usual one first. */
const CALLED: Readonly<Record<string, readonly string[]>> = {
  agent_id: ['agent-id', 'agent'],
  amount_usd: ['dollars'],
  api_key: ['agent-id'],
  cidr: ['addresses'],
  client_assertion: ['assertion'],
  cmek_fingerprint: ['cmek-key-file'],
  confirm: ['yes'],
  confirmation: ['yes'],
  conditions: ['ip', 'after', 'before', 'days', 'timezone'],
  display_name: ['display-name', 'name'],
  duration_days: ['days'],
  duration_seconds: ['for'],
  eip712_default_policy: ['eip712-default'],
  eip712_domain_allowlist: ['eip712-domain'],
  expires_at: ['expires-at', 'expires-in'],
  fingerprint: ['key-file'],
  free_tier_override: ['free-requests'],
  grant: ['permission'],
  grants: ['also'],
  human_email: ['email'],
  intents_api_enabled: ['intents'],
  interval: ['yearly'],
  ip_allowlist: ['ip'],
  is_active: ['active'],
  is_enabled: ['enabled'],
  is_sponsored: ['sponsored'],
  is_testnet: ['testnet'],
  keep_old_until: ['keep-old'],
  max_access_count: ['max-access-count', 'max-opens'],
  max_fee_per_gas: ['max-fee'],
  max_priority_fee_per_gas: ['priority-fee'],
  message_signing_enabled: ['message-signing'],
  native_currency: ['currency'],
  overage_method: ['method'],
  permissions: ['permission'],
  principal_id: ['agent', 'user'],
  principal_type: ['agent', 'user'],
  raw_signing_enabled: ['raw-signing'],
  recipient_email: ['email'],
  recipient_id: ['user', 'agent'],
  recipient_type: ['link', 'email', 'user', 'agent', 'creator'],
  rpc_timeout_ms: ['rpc-timeout'],
  rule_type: ['rule'],
  scopes: ['scope'],
  secret_path_pattern: ['pattern', 'path'],
  signing_key_path: ['key'],
  time_window: ['after', 'before', 'days', 'timezone'],
  to_vault_id: ['to-vault'],
  token_ttl_seconds: ['token-ttl'],
  transactions: ['file'],
  tx_allowed_chains: ['tx-chain'],
  tx_daily_limit_eth: ['tx-daily-limit'],
  tx_max_value_eth: ['tx-max-value'],
  tx_to_allowlist: ['tx-to'],
  typed_data: ['file'],
  vault_id: ['vault'],
  vault_ids: ['only-vault'],
}

/** The flag or argument for a field of the API; undefined if there is none. `scopes[1]` is the second `--scope`. */
export function spokenName(field: string, { flags, args, argv }: Spoken): string | undefined {
  const [, name = field, index] = /^(?:conditions\.)?(?:time_window\.)?([a-z0-9_]+)(?:\[(\d+)\])?/.exec(field) ?? []
  const words = [...(CALLED[name] ?? []), name.replaceAll('_', '-'), name].filter(word => word in flags || word in args)
  const written = words.find(word => argv.some(each => each === `--${word}` || each.startsWith(`--${word}=`)))
  const word = written ?? words[0]
  if (word === undefined) return undefined
  const entry = index === undefined ? '' : ` (entry ${Number(index) + 1})`
  return `${word in flags ? `--${word}` : `<${word}>`}${entry}`
}

/** A problem with a request's fields, in the terms of its command. */
export function inWordsOf(problem: Problem, spoken: Spoken): Problem {
  const { fields } = problem.extras
  if (!fields) return problem
  const renamed = Object.entries(fields).map(([field, fault]) => [spokenName(field, spoken) ?? field, fault, field] as const)
  const said = renamed.find(([, fault, field]) => problem.message === `${field} ${fault}.`)
  return new Problem(problem.code, said ? `${said[0]} ${said[1]}.` : problem.message, {
    ...problem.extras,
    fields: Object.fromEntries(renamed),
  })
}

/** The same for a class of command. */
export function spokenBy({ flags, baseFlags, args }: Command.Class, argv: readonly string[]): Spoken {
  return { flags: { ...baseFlags, ...flags }, args, argv }
}

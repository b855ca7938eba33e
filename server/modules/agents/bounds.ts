import { covers, pattern } from '../../../src/path-pattern.ts'
import { pathScopes } from '../../policy/decide.ts'
import { denied } from '../../policy/denial.ts'
import type { AgentRow } from '../../stores/agents.ts'
import type { Settable } from './fields.ts'

/** Columns that say what an agent can do, or how it proves its identity. The description does neither. */
export type BoundColumn = Exclude<keyof Settable & keyof AgentRow, 'description'>
type Bounds = AgentRow['admin_bounds']

/** Whether the next value of a column allows the agent no more than another value. */
type NoLooser = (next: never, set: never) => boolean

/** The fields that must keep the value that an admin has set. */
const same = (next: unknown, set: unknown) => next === set
const off = (next: boolean, set: boolean) => !next || set
const on = (next: boolean, set: boolean) => next || !set
/** An absent amount, lifetime or expiry is no limit. */
const atMost = (next: number | null, set: number | null) => set === null || (next !== null && next <= set)
const atMostAmount = (next: string | null, set: string | null) =>
  set === null || (next !== null && smallestUnits(next) <= smallestUnits(set))

/** An empty list is no limit. */
const within = (next: readonly string[], set: readonly string[]) => {
  const [wanted, allowed] = [inLowerCase(next), new Set(inLowerCase(set))]
  return allowed.size === 0 || (wanted.length > 0 && wanted.every(item => allowed.has(item)))
}

/** An empty list allows nothing; names are case-sensitive. */
const withinDomains = (next: readonly string[], set: readonly string[]) => next.every(domain => set.includes(domain))

/** Labels limit nothing. */
const withinScopes = (next: readonly string[], set: readonly string[]) => {
  const patterns = (scopes: readonly string[]) => pathScopes({ scopes }).map(pattern)
  const [wanted, allowed] = [patterns(next), patterns(set)]
  if (allowed.length === 0) return true
  return wanted.length > 0 && wanted.every(scope => allowed.some(outer => covers(outer, scope)))
}

const DEFAULT_TTL = 3600
const atMostLifetime = (next: number | null, set: number | null) => (next ?? DEFAULT_TTL) <= (set ?? DEFAULT_TTL)

const NO_LOOSER: { readonly [C in BoundColumn]: NoLooser } = {
  is_active: off,
  intents_api_enabled: off,
  tx_block_unlimited_approvals: on,
  tx_sign_any_nonce: off,
  message_signing_enabled: off,
  raw_signing_enabled: off,
  eip712_domain_allowlist: withinDomains,
  eip712_default_policy: (next: string, set: string) => next === 'block' || next === set,
  tx_to_allowlist: within,
  tx_allowed_chains: within,
  vault_ids: within,
  scopes: withinScopes,
  tx_max_value_eth: atMostAmount,
  tx_daily_limit_eth: atMostAmount,
  token_ttl_seconds: atMostLifetime,
  expires_at: atMost,
  client_cert_fingerprint: same,
  oidc_issuer: same,
  oidc_client_id: same,
  shroud_enabled: same,
  shroud_config: same,
}

/** What an owner or admin sets, merged with what they set earlier. */
export function boundsWith(before: Bounds, fields: Partial<AgentRow>): Bounds {
  const set = Object.keys(NO_LOOSER).flatMap(name => {
    const value = fields[name as BoundColumn]
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...before, ...Object.fromEntries(set) }
}

/**
 * The creator of an agent can limit it further than an owner or admin has, and undo that, but nothing more.
 * @throws Problem `policy.denied`, naming the fields
 */
export function ensureNoLooser(set: Bounds, fields: Partial<AgentRow>): void {
  const loosened = (Object.keys(NO_LOOSER) as BoundColumn[]).filter(name => {
    const next = fields[name]
    return next !== undefined && set[name] !== undefined && !NO_LOOSER[name](next as never, set[name] as never)
  })
  if (loosened.length === 0) return
  throw denied(
    'set-by-admin',
    `An owner or admin of the organisation has set ${loosened.join(', ')}; you can make it stricter, but only they can loosen it.`,
  )
}

function inLowerCase(list: readonly string[]): string[] {
  return list.map(item => item.toLowerCase())
}

/** An amount with at most 18 digits after the point. */
function smallestUnits(amount: string): bigint {
  const [whole = '', fraction = ''] = amount.split('.')
  return BigInt(whole + fraction.padEnd(18, '0'))
}

import type { Input, Reply } from '../../client/client.ts'
import { canonicalFingerprint } from '../../crypto/certificate-fingerprint.ts'
import { amount, flag, instant, matching, type Read, scope, seconds, text, texts } from './readers.ts'

export type Agent = Reply<'agents.get'>
/** An agent's fields in a file, in the API's form: absent is unchanged, null clears. */
export type AgentFields = Omit<
  NonNullable<Input<'agents.update'>['body']>,
  'name' | 'is_active' | 'auth_method' | 'shroud_enabled' | 'shroud_config' | 'tx_max_value' | 'tx_daily_limit'
>
type Name = keyof AgentFields

interface Field {
  readonly api: Name
  readonly read: Read<string | number | boolean | string[]>
  /** `null` is not a valid value. */
  readonly always?: true
  /** Equal values give the same text. */
  readonly meaning: (value: unknown) => string
}

const asIs = (value: unknown) => String(value)
const asSet = (value: unknown) => [...new Set(value as string[])].sort().join('\n')

/** Key in the file → field. Vaults are read as names and become ids later. */
export const AGENT_FIELDS: Readonly<Record<string, Field>> = {
  description: { api: 'description', read: text(2000), meaning: asIs },
  scopes: { api: 'scopes', read: texts(100, scope), meaning: asSet },
  vaults: { api: 'vault_ids', read: texts(100, text(255)), meaning: asSet },
  token_ttl: { api: 'token_ttl_seconds', read: seconds, meaning: asIs },
  expires_at: { api: 'expires_at', read: instant, meaning: value => String(Date.parse(String(value))) },
  intents_api_enabled: { api: 'intents_api_enabled', read: flag, always: true, meaning: asIs },
  tx_allowed_chains: { api: 'tx_allowed_chains', read: texts(100, text(64)), meaning: asSet },
  tx_to_allowlist: {
    api: 'tx_to_allowlist',
    read: texts(500, matching(/^0x[0-9a-fA-F]{40}$/, 'must be an address: 0x and 40 hex digits, in quotes')),
    meaning: value => asSet((value as string[]).map(address => address.toLowerCase())),
  },
  tx_max_value_eth: { api: 'tx_max_value_eth', read: amount, meaning: plainAmount },
  tx_daily_limit_eth: { api: 'tx_daily_limit_eth', read: amount, meaning: plainAmount },
  tx_block_unlimited_approvals: { api: 'tx_block_unlimited_approvals', read: flag, always: true, meaning: asIs },
  tx_sign_any_nonce: { api: 'tx_sign_any_nonce', read: flag, always: true, meaning: asIs },
  message_signing_enabled: { api: 'message_signing_enabled', read: flag, always: true, meaning: asIs },
  raw_signing_enabled: { api: 'raw_signing_enabled', read: flag, always: true, meaning: asIs },
  eip712_domain_allowlist: { api: 'eip712_domain_allowlist', read: texts(200, text(200)), meaning: asSet },
  client_cert_fingerprint: {
    api: 'client_cert_fingerprint',
    read: (value, complain) => {
      if (typeof value === 'string' && canonicalFingerprint(value) !== undefined) return value
      return complain('must be the SHA-256 fingerprint of the certificate, in quotes')
    },
    meaning: value => canonicalFingerprint(String(value)) ?? String(value),
  },
  oidc_issuer: { api: 'oidc_issuer', read: text(512), meaning: asIs },
  oidc_client_id: { api: 'oidc_client_id', read: text(255), meaning: asIs },
}

/** `0.10` and `0.1` are equal. */
function plainAmount(value: unknown): string {
  const [whole = '', fraction = ''] = String(value).split('.')
  return `${whole.replace(/^0+(?=\d)/, '')}.${fraction.replace(/0+$/, '')}`
}

export interface Difference {
  readonly field: string
  /** Absent: there was none, or will be none. */
  readonly from?: unknown
  readonly to?: unknown
}

/** The changes that turn an agent into the desired one. */
export function differencesOf(wanted: AgentFields, agent: Agent): Difference[] {
  return Object.values(AGENT_FIELDS).flatMap(({ api, meaning }) => {
    const to = presentOf(wanted[api])
    if (wanted[api] === undefined) return []
    const from = presentOf(agent[api])
    const same = from === undefined || to === undefined ? from === to : meaning(from) === meaning(to)
    return same ? [] : [{ field: api, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }]
  })
}

/** Cleared, empty and switched-off values are simply absent. */
function presentOf(value: unknown): unknown {
  const nothing = value === null || value === false || value === '' || (Array.isArray(value) && value.length === 0)
  return nothing ? undefined : value
}

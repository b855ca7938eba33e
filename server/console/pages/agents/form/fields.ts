import type { Agent, AuthMethod } from '../agent.ts'

/** All settings of an agent, in the form's shape: absent values are null or empty. */
export interface AgentFields {
  readonly name: string
  readonly description: string | null
  readonly expires_at: string | null
  readonly token_ttl_seconds: number | null
  readonly client_cert_fingerprint: string | null
  readonly oidc_issuer: string | null
  readonly oidc_client_id: string | null
  readonly vault_ids: string[]
  readonly scopes: string[]
  readonly intents_api_enabled: boolean
  readonly tx_allowed_chains: string[]
  readonly tx_to_allowlist: string[]
  readonly tx_max_value_eth: string | null
  readonly tx_daily_limit_eth: string | null
  readonly tx_block_unlimited_approvals: boolean
  readonly tx_sign_any_nonce: boolean
  readonly message_signing_enabled: boolean
  readonly eip712_domain_allowlist: string[]
  readonly eip712_default_policy: 'allow' | 'block'
  readonly raw_signing_enabled: boolean
}

export const FIELD_NAMES = [
  'name',
  'description',
  'expires_at',
  'token_ttl_seconds',
  'client_cert_fingerprint',
  'oidc_issuer',
  'oidc_client_id',
  'vault_ids',
  'scopes',
  'intents_api_enabled',
  'tx_allowed_chains',
  'tx_to_allowlist',
  'tx_max_value_eth',
  'tx_daily_limit_eth',
  'tx_block_unlimited_approvals',
  'tx_sign_any_nonce',
  'message_signing_enabled',
  'eip712_domain_allowlist',
  'eip712_default_policy',
  'raw_signing_enabled',
] as const satisfies readonly (keyof AgentFields)[]

/** An empty form. */
export const NO_FIELDS: AgentFields = {
  name: '',
  description: null,
  expires_at: null,
  token_ttl_seconds: null,
  client_cert_fingerprint: null,
  oidc_issuer: null,
  oidc_client_id: null,
  vault_ids: [],
  scopes: [],
  intents_api_enabled: false,
  tx_allowed_chains: [],
  tx_to_allowlist: [],
  tx_max_value_eth: null,
  tx_daily_limit_eth: null,
  tx_block_unlimited_approvals: false,
  tx_sign_any_nonce: false,
  message_signing_enabled: false,
  eip712_domain_allowlist: [],
  eip712_default_policy: 'block',
  raw_signing_enabled: false,
}

/** An agent in the form's shape. */
export function fieldsOf(agent: Agent): AgentFields {
  return {
    name: agent.name,
    description: agent.description ?? null,
    expires_at: agent.expires_at ?? null,
    token_ttl_seconds: agent.token_ttl_seconds ?? null,
    client_cert_fingerprint: agent.client_cert_fingerprint ?? null,
    oidc_issuer: agent.oidc_issuer ?? null,
    oidc_client_id: agent.oidc_client_id ?? null,
    vault_ids: agent.vault_ids ?? [],
    scopes: agent.scopes ?? [],
    intents_api_enabled: agent.intents_api_enabled,
    tx_allowed_chains: agent.tx_allowed_chains ?? [],
    tx_to_allowlist: agent.tx_to_allowlist ?? [],
    tx_max_value_eth: agent.tx_max_value_eth ?? null,
    tx_daily_limit_eth: agent.tx_daily_limit_eth ?? null,
    tx_block_unlimited_approvals: agent.tx_block_unlimited_approvals ?? false,
    tx_sign_any_nonce: agent.tx_sign_any_nonce ?? false,
    message_signing_enabled: agent.message_signing_enabled ?? false,
    eip712_domain_allowlist: agent.eip712_domain_allowlist ?? [],
    eip712_default_policy: agent.eip712_default_policy ?? 'block',
    raw_signing_enabled: agent.raw_signing_enabled ?? false,
  }
}

/** Only the differences, so that concurrent changes by others are kept. */
export function changed(before: AgentFields, after: AgentFields): Partial<AgentFields> {
  const names = FIELD_NAMES.filter(name => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
  return Object.fromEntries(names.map(name => [name, after[name]]))
}

type Stated = { readonly [Name in keyof AgentFields]?: NonNullable<AgentFields[Name]> }

/** Fields about what an agent signs. */
const OF_SIGNING = /^(tx|message|eip712|raw)_/

/** The fields of a new agent: default values are left out, as are limits of one that signs nothing. */
export function stated({ name, ...rest }: AgentFields, method: AuthMethod): Stated & { name: string; auth_method: AuthMethod } {
  const given = Object.entries(rest)
    .filter(([each, value]) => value !== null && JSON.stringify(value) !== JSON.stringify(NO_FIELDS[each as keyof AgentFields]))
    .filter(([each]) => rest.intents_api_enabled || !OF_SIGNING.test(each))
  return { name, auth_method: method, ...(Object.fromEntries(given) as Stated) }
}

import { z } from 'zod'
import { endpoint } from './schema/endpoint.ts'
import { FreeObject, Instant, InstantInput, name, text, Uuid } from './schema/fields.ts'
import { ADDRESS, AMOUNT } from './schema/forms.ts'
import { nextCursor, pageQuery } from './schema/pages.ts'

/** The rule for typed data whose domain is on no list. */
export const EIP712_POLICIES = ['allow', 'block'] as const
export const AUTH_METHODS = ['api_key', 'mtls', 'oidc_client_credentials'] as const

export const Agent = z.object({
  id: Uuid,
  name: z.string(),
  description: z.string().optional(),
  auth_method: z.enum(AUTH_METHODS),
  scopes: z.array(z.string()).optional(),
  is_active: z.boolean(),
  intents_api_enabled: z.boolean(),
  tx_to_allowlist: z.array(z.string()).optional(),
  tx_max_value_eth: z.string().optional(),
  tx_daily_limit_eth: z.string().optional(),
  tx_spent_today_eth: z.string().optional(),
  tx_allowed_chains: z.array(z.string()).optional(),
  tx_block_unlimited_approvals: z.boolean().optional(),
  /** This and the next four are present only if they differ from the defaults. */
  tx_sign_any_nonce: z.boolean().optional(),
  message_signing_enabled: z.boolean().optional(),
  raw_signing_enabled: z.boolean().optional(),
  eip712_domain_allowlist: z.array(z.string()).optional(),
  eip712_default_policy: z.enum(EIP712_POLICIES).optional(),
  token_ttl_seconds: z.int().optional(),
  vault_ids: z.array(Uuid).optional(),
  client_cert_fingerprint: z.string().optional(),
  oidc_issuer: z.string().optional(),
  oidc_client_id: z.string().optional(),
  ssh_public_key: z.string().optional(),
  ecdh_public_key: z.string().optional(),
  shroud_enabled: z.boolean(),
  shroud_config: FreeObject.optional(),
  created_at: Instant,
  expires_at: Instant.optional(),
  last_active_at: Instant.optional(),
})

/** On request, also who registered it and the age of its key. */
const KnownAgent = Agent.extend({
  created_by: Uuid.optional(),
  key_created_at: Instant.optional(),
  old_key_expires_at: Instant.optional(),
})
const include = z.enum(['parties']).optional()
const PARTIES = { include: 'parties', fields: ['created_by', 'key_created_at', 'old_key_expires_at'] } as const
const INCLUDE =
  'With `include=parties` the response also has who registered the agent (`created_by`), when its key was created (`key_created_at`), and until when its previous key works (`old_key_expires_at`).'

const params = z.object({ agent_id: Uuid })
const Amount = z.string().max(80).regex(AMOUNT)
const Scopes = z.array(text(600, 1)).max(100)
const VaultIds = z.array(Uuid).max(100)
const Addresses = z.array(z.string().regex(ADDRESS)).max(500)
const Chains = z.array(text(64, 1)).max(100)
const Ttl = z.int().min(1).max(86400)
/** Under both names: newer clients leave out `_eth`. */
const limits = {
  tx_max_value_eth: Amount.nullable().optional(),
  tx_daily_limit_eth: Amount.nullable().optional(),
  tx_max_value: Amount.nullable().optional(),
  tx_daily_limit: Amount.nullable().optional(),
}

const messages = {
  message_signing_enabled: z.boolean().optional(),
  raw_signing_enabled: z.boolean().optional(),
  eip712_domain_allowlist: z.array(text(200, 1)).max(200).nullable().optional(),
  eip712_default_policy: z.enum(EIP712_POLICIES).optional(),
}

export const registerAgent = endpoint({
  id: 'agents.register',
  method: 'POST',
  path: '/v1/agents',
  summary: 'Create an agent. Its key is shown once.',
  description:
    '`token_ttl_seconds` is 1 to 86400 (default: 3600). Only `api_key` agents get a key. `client_cert_fingerprint` (`mtls`) is the SHA-256 of the certificate in DER form: 64 hex digits, with or without colons. Transaction guardrails: `tx_to_allowlist` (addresses, any case), `tx_allowed_chains` (names or ids), `tx_max_value_eth` (per transaction), `tx_daily_limit_eth` (24 hours, values and fees, and the data fees of rollups); an absent or empty guardrail does not limit anything. `tx_block_unlimited_approvals` refuses approvals of more tokens than the account holds or than exist, approvals that cannot be compared with the balance, and unknown functions of contracts that behave like tokens. Transactions that the agent sends itself (`transactions/sign`) are signed for the next nonce of the account only, unless `tx_sign_any_nonce` is true: it could keep signatures for later. `tx_spent_today_eth` is the amount spent since midnight UTC, for agents with a daily limit. `tx_max_value` and `tx_daily_limit` are other names of the two limits. `message_signing_enabled` lets the agent sign messages and typed data: typed data of the domains on `eip712_domain_allowlist` (`name@0xcontract` or `name`), or of any other domain with `eip712_default_policy` `allow` (default: `block`). `raw_signing_enabled` lets it sign hashes that nobody can read, and so defeats every guardrail. A field that would restrict the agent and is not enforced here is 400.',
  auth: 'user',
  action: 'agent.register',
  audit: 'agent.register',
  grants: 'agent',
  body: z.object({
    name: name(255, 1),
    description: text(2000).optional(),
    auth_method: z.enum(AUTH_METHODS).optional(),
    scopes: Scopes.optional(),
    expires_at: InstantInput.nullable().optional(),
    intents_api_enabled: z.boolean().optional(),
    tx_to_allowlist: Addresses.optional(),
    ...limits,
    tx_allowed_chains: Chains.optional(),
    tx_block_unlimited_approvals: z.boolean().optional(),
    tx_sign_any_nonce: z.boolean().optional(),
    ...messages,
    token_ttl_seconds: Ttl.nullable().optional(),
    vault_ids: VaultIds.optional(),
    client_cert_fingerprint: text(128).optional(),
    oidc_issuer: text(512).optional(),
    oidc_client_id: text(255).optional(),
    shroud_enabled: z.boolean().optional(),
    shroud_config: FreeObject.optional(),
  }),
  status: 201,
  reply: z.object({ agent: Agent, api_key: z.string().optional() }),
  problems: [403],
})

export const listAgents = endpoint({
  id: 'agents.list',
  method: 'GET',
  path: '/v1/agents',
  summary: 'List the agents of the organisation. An agent sees only itself.',
  description: `An API key that is confined to paths sees none (403). ${INCLUDE}`,
  problems: [403],
  auth: 'user-or-agent',
  action: 'agent.list',
  audit: null,
  query: z.object({ ...pageQuery, include }),
  status: 200,
  reply: z.object({ agents: z.array(KnownAgent), ...nextCursor }),
  more: { ...PARTIES, list: 'agents' },
})

export const agentMe = endpoint({
  id: 'agents.me',
  method: 'GET',
  path: '/v1/agents/me',
  summary: "Get the calling agent's own profile.",
  auth: 'agent',
  action: null,
  audit: null,
  status: 200,
  reply: z.object({
    id: Uuid,
    name: z.string(),
    description: z.string().optional(),
    org_id: Uuid,
    scopes: z.array(z.string()).optional(),
    is_active: z.boolean(),
    intents_api_enabled: z.boolean(),
    created_by: Uuid.optional(),
    created_at: Instant,
    expires_at: Instant.optional(),
    last_active_at: Instant.optional(),
    ssh_public_key: z.string().optional(),
    ecdh_public_key: z.string().optional(),
    shroud_enabled: z.boolean(),
    shroud_config: FreeObject.optional(),
  }),
  problems: [403],
})

export const getAgent = endpoint({
  id: 'agents.get',
  method: 'GET',
  path: '/v1/agents/{agent_id}',
  summary: 'Get one agent. An agent can see only itself.',
  description: `An API key that is confined to paths sees none (403). ${INCLUDE}`,
  auth: 'user-or-agent',
  action: 'agent.read',
  audit: null,
  params,
  query: z.object({ include }),
  status: 200,
  reply: KnownAgent,
  more: PARTIES,
  problems: [403, 404],
})

export const updateAgent = endpoint({
  id: 'agents.update',
  method: 'PATCH',
  path: '/v1/agents/{agent_id}',
  summary: 'Change an agent. Absent fields are not changed; `null` or `[]` clears a field.',
  description:
    'Its tokens end when it is deactivated, and when `client_cert_fingerprint`, `oidc_issuer` or `oidc_client_id` changes. Owners, admins and the person who registered the agent can change it. Only owners and admins can relax what an owner or admin has set, including a deactivation; the person who registered the agent can make it stricter.',
  auth: 'user',
  action: 'agent.update',
  audit: 'agent.update',
  params,
  grants: 'agent',
  body: z.object({
    /** Must equal the current value: it cannot be changed. */
    auth_method: z.enum(AUTH_METHODS).optional(),
    name: name(255, 1).optional(),
    description: text(2000).nullable().optional(),
    scopes: Scopes.nullable().optional(),
    is_active: z.boolean().optional(),
    expires_at: InstantInput.nullable().optional(),
    intents_api_enabled: z.boolean().optional(),
    tx_to_allowlist: Addresses.nullable().optional(),
    ...limits,
    tx_allowed_chains: Chains.nullable().optional(),
    tx_block_unlimited_approvals: z.boolean().optional(),
    tx_sign_any_nonce: z.boolean().optional(),
    ...messages,
    token_ttl_seconds: Ttl.nullable().optional(),
    vault_ids: VaultIds.nullable().optional(),
    client_cert_fingerprint: text(128).nullable().optional(),
    oidc_issuer: text(512).nullable().optional(),
    oidc_client_id: text(255).nullable().optional(),
    shroud_enabled: z.boolean().optional(),
    shroud_config: FreeObject.nullable().optional(),
  }),
  status: 200,
  reply: Agent,
  problems: [403, 404],
})

export const deactivateAgent = endpoint({
  id: 'agents.deactivate',
  method: 'DELETE',
  path: '/v1/agents/{agent_id}',
  summary: 'Deactivate an agent and end its tokens. Its record and history remain.',
  auth: 'user',
  action: 'agent.deactivate',
  audit: 'agent.deactivate',
  params,
  status: 204,
  problems: [403, 404],
})

export const rotateAgentKey = endpoint({
  id: 'agents.rotate-key',
  method: 'POST',
  path: '/v1/agents/{agent_id}/rotate-key',
  summary: "Replace an agent's key and end its tokens. The new key is shown once.",
  auth: 'user',
  action: 'agent.rotate-key',
  audit: 'agent.rotate_key',
  params,
  status: 200,
  reply: z.object({ api_key: z.string() }),
  problems: [403, 404],
})

export const rotateIdentityKeys = endpoint({
  id: 'agents.rotate-identity-keys',
  method: 'POST',
  path: '/v1/agents/{agent_id}/rotate-identity-keys',
  summary: "Replace an agent's key pairs.",
  description:
    '`ssh_public_key` is Ed25519 (32 bytes), `ecdh_public_key` a point of P-256 (65 bytes), both in base64. The private halves are the secrets `agents/{agent_id}/ssh/private_key` and `agents/{agent_id}/ecdh/private_key` (seed and scalar, 32 bytes each, in base64) of the vault that `GET /v1/org/agent-keys-vault` names, readable through a policy. The previous keys remain as older versions.',
  auth: 'user',
  action: 'agent.rotate-identity',
  audit: 'agent.rotate_identity_keys',
  params,
  status: 200,
  reply: Agent,
  problems: [403, 404],
})

/** The operations of this file, for the endpoint table. */
export const agentsEndpoints = [
  registerAgent,
  listAgents,
  agentMe,
  getAgent,
  updateAgent,
  deactivateAgent,
  rotateAgentKey,
  rotateIdentityKeys,
] as const

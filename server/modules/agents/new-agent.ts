import { randomUUID } from 'node:crypto'
import { NO_KEYS, onlyKey } from '../../credentials/agent-keys.ts'
import type { KeyHasher } from '../../credentials/api-keys.ts'
import { invalidField } from '../../http/checks.ts'
import { isOrgAdmin } from '../../policy/caller.ts'
import { grantEvent } from '../../policy/event.ts'
import type { AgentRow } from '../../stores/agents.ts'
import type { EnsureRoom } from '../../stores/billing/resource-counts.ts'
import type { PrepareAgent } from '../../stores/requests/new-agent.ts'
import { boundsWith } from './bounds.ts'
import { fieldsOf } from './fields.ts'
import type { Identities } from './identities.ts'

export interface NewAgentDeps {
  readonly keys: KeyHasher
  readonly identities: Identities
  readonly ensureRoom: EnsureRoom
  readonly clock: () => number
}

/** The slow steps for a new agent, before the transaction that writes it. */
export function agentPreparation({ keys, identities, ensureRoom, clock }: NewAgentDeps): PrepareAgent {
  return async (grant, body) => {
    const method = body.auth_method ?? 'api_key'
    requireCredential(method, body)
    const key = method === 'api_key' ? keys.create('agent') : undefined
    const [id, now] = [randomUUID(), clock()]
    const fields = fieldsOf(body, now)
    const identity = await identities(grant.orgId, id, `${grant.actor.type}:${grant.actor.id}`, grant.ip)
    const row: AgentRow = {
      ...NEW_AGENT,
      ...fields,
      ...identity.fields,
      id,
      org_id: grant.orgId,
      name: body.name,
      auth_method: method,
      ...(key && onlyKey(key, grant.actor.id, now)),
      admin_bounds: isOrgAdmin(grant.actor) ? boundsWith({}, fields) : {},
      created_by: grant.actor.id,
      created_at: now,
    }
    const about = { resourceType: 'agent', resourceId: id, details: { name: row.name } }
    return {
      row,
      ...(key && { apiKey: key.key }),
      async add(stores) {
        await ensureRoom(stores, grant.orgId, 'agents')
        await stores.agents.add(row)
        await identity.add(stores)
        await stores.audit.append([grantEvent(grant, 'agent.register', about)], row.created_at)
      },
    }
  }
}

const NEW_AGENT = {
  ...NO_KEYS,
  description: null,
  scopes: [],
  vault_ids: [],
  is_active: true,
  intents_api_enabled: false,
  tx_to_allowlist: [],
  tx_max_value_eth: null,
  tx_daily_limit_eth: null,
  tx_allowed_chains: [],
  tx_block_unlimited_approvals: false,
  tx_sign_any_nonce: false,
  message_signing_enabled: false,
  raw_signing_enabled: false,
  eip712_domain_allowlist: [],
  eip712_default_policy: 'block',
  token_ttl_seconds: null,
  client_cert_fingerprint: null,
  oidc_issuer: null,
  oidc_client_id: null,
  shroud_enabled: false,
  shroud_config: null,
  token_generation: 0,
  expires_at: null,
  last_active_at: null,
}

const CREDENTIAL_FIELDS = {
  api_key: [],
  mtls: ['client_cert_fingerprint'],
  oidc_client_credentials: ['oidc_issuer', 'oidc_client_id'],
} as const

export type AuthMethod = keyof typeof CREDENTIAL_FIELDS
type Credentials = { readonly [F in (typeof CREDENTIAL_FIELDS)[AuthMethod][number]]?: string | null | undefined }

/** @throws Problem `request.invalid` when the credential of this sign-in method is missing, or would be removed */
export function requireCredential(method: AuthMethod, fields: Credentials): void {
  const missing = CREDENTIAL_FIELDS[method].find(field => !fields[field])
  if (missing) throw invalidField(missing, `is required for ${method}`)
}

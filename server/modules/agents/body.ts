import type { agentMe, getAgent } from '../../../src/contract/agents.ts'
import type { ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import type { AgentRow } from '../../stores/agents.ts'

/**
 * An agent as people see it, without empty fields.
 * @param spentToday of an agent that can sign transactions, in whole native units
 */
export function agentBody(row: AgentRow, spentToday: string | undefined): ReplyOf<typeof getAgent> {
  return {
    ...common(row),
    auth_method: row.auth_method as 'api_key' | 'mtls' | 'oidc_client_credentials',
    ...list('tx_to_allowlist', row.tx_to_allowlist),
    ...list('tx_allowed_chains', row.tx_allowed_chains),
    ...list('vault_ids', row.vault_ids),
    ...present('tx_max_value_eth', row.tx_max_value_eth),
    ...present('tx_daily_limit_eth', row.tx_daily_limit_eth),
    ...(spentToday !== undefined && row.tx_daily_limit_eth !== null && { tx_spent_today_eth: spentToday }),
    ...(row.tx_block_unlimited_approvals && { tx_block_unlimited_approvals: true }),
    ...(row.tx_sign_any_nonce && { tx_sign_any_nonce: true }),
    ...(row.message_signing_enabled && { message_signing_enabled: true }),
    ...(row.raw_signing_enabled && { raw_signing_enabled: true }),
    ...list('eip712_domain_allowlist', row.eip712_domain_allowlist),
    ...(row.eip712_default_policy === 'allow' && { eip712_default_policy: 'allow' as const }),
    ...present('token_ttl_seconds', row.token_ttl_seconds),
    ...present('client_cert_fingerprint', row.client_cert_fingerprint),
    ...present('oidc_issuer', row.oidc_issuer),
    ...present('oidc_client_id', row.oidc_client_id),
  }
}

/** An agent as it sees itself. */
export function profileBody(row: AgentRow): ReplyOf<typeof agentMe> {
  return { ...common(row), org_id: row.org_id }
}

function common(row: AgentRow) {
  return {
    id: row.id,
    name: row.name,
    description: row.description ?? '',
    scopes: [...row.scopes],
    is_active: row.is_active,
    intents_api_enabled: row.intents_api_enabled,
    ...present('ssh_public_key', row.ssh_public_key),
    ...present('ecdh_public_key', row.ecdh_public_key),
    shroud_enabled: row.shroud_enabled,
    ...(row.shroud_config !== null && { shroud_config: row.shroud_config }),
    ...present('created_by', row.created_by),
    created_at: new Date(row.created_at).toISOString(),
    ...present('key_created_at', row.key_created_at === null ? null : new Date(row.key_created_at).toISOString()),
    ...present('old_key_expires_at', row.old_key_ends_at === null ? null : new Date(row.old_key_ends_at).toISOString()),
    ...present('expires_at', row.expires_at === null ? null : new Date(row.expires_at).toISOString()),
    ...present('last_active_at', row.last_active_at === null ? null : new Date(row.last_active_at).toISOString()),
  }
}

function present<K extends string, V>(name: K, value: V | null): { [P in K]?: V } {
  return (value === null ? {} : { [name]: value }) as { [P in K]?: V }
}

function list<K extends string>(name: K, values: readonly string[]): { [P in K]?: string[] } {
  return present(name, values.length === 0 ? null : [...values])
}

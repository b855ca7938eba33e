import type { updateAgent } from '../../../src/contract/agents.ts'
import type { BodyOf } from '../../../src/contract/schema/endpoint.ts'
import { canonicalFingerprint } from '../../../src/crypto/certificate-fingerprint.ts'
import { checkScopes, endMs, invalidField, keptObject } from '../../http/checks.ts'
import type { AgentRow } from '../../stores/agents.ts'

/** The fields of an agent except its name. */
export type Settable = Omit<BodyOf<typeof updateAgent>, 'name' | 'auth_method'>

const LISTS = ['tx_to_allowlist', 'tx_allowed_chains', 'eip712_domain_allowlist'] as const
const TEXTS = [
  'description',
  'tx_max_value_eth',
  'tx_daily_limit_eth',
  'client_cert_fingerprint',
  'oidc_issuer',
  'oidc_client_id',
] as const
const FLAGS = [
  'intents_api_enabled',
  'tx_block_unlimited_approvals',
  'tx_sign_any_nonce',
  'message_signing_enabled',
  'raw_signing_enabled',
  'shroud_enabled',
] as const

/** The total number of characters of an agent's scopes: its token carries them in a header. */
const MAX_SCOPES = 4000

/** Limits, and the names that newer clients use for them. */
const OTHER_NAMES = [
  ['tx_max_value_eth', 'tx_max_value'],
  ['tx_daily_limit_eth', 'tx_daily_limit'],
] as const

/** The columns that a request sets: absent fields are left out; `null` and `[]` clear a column. */
export function fieldsOf(sent: Settable, now: number, before?: AgentRow): Partial<AgentRow> {
  const body = withKnownNames(sent)
  const fields: Partial<AgentRow> = {}
  for (const name of LISTS) if (body[name] !== undefined) fields[name] = body[name] ?? []
  checkFingerprint(body.client_cert_fingerprint)
  for (const name of TEXTS) if (body[name] !== undefined) fields[name] = body[name] || null
  if (body.is_active !== undefined) fields.is_active = body.is_active
  for (const name of FLAGS) if (body[name] !== undefined) fields[name] = Boolean(body[name])
  if (body.eip712_domain_allowlist) checkDomains(body.eip712_domain_allowlist)
  if (body.eip712_default_policy !== undefined) fields.eip712_default_policy = body.eip712_default_policy
  if (body.scopes !== undefined) fields.scopes = fittingScopes(body.scopes ?? [])
  if (body.vault_ids !== undefined) fields.vault_ids = (body.vault_ids ?? []).map(id => id.toLowerCase())
  if (body.expires_at !== undefined) fields.expires_at = endMs(body.expires_at, now, before?.expires_at)
  if (body.token_ttl_seconds !== undefined) fields.token_ttl_seconds = body.token_ttl_seconds
  if (body.shroud_config !== undefined)
    fields.shroud_config = body.shroud_config === null ? null : keptObject('shroud_config', body.shroud_config)
  return fields
}

/** @throws Problem `request.invalid` if both names of a limit have values, and these differ */
function withKnownNames(sent: Settable): Settable {
  const body = { ...sent }
  for (const [name, other] of OTHER_NAMES) {
    if (sent[name] !== undefined && sent[other] !== undefined && sent[name] !== sent[other])
      throw invalidField(other, `must not differ from ${name}`)
    if (sent[other] !== undefined) body[name] = sent[other]
  }
  return body
}

/** `name`, or `name@` and the address of the contract. */
function checkDomains(domains: readonly string[]): void {
  const bad = domains.findIndex(domain => !/^[^@]+(@0x[0-9a-fA-F]{40})?$/.test(domain))
  if (bad < 0) return
  throw invalidField(`eip712_domain_allowlist[${bad}]`, 'must be the name of a domain, or name@0xcontract')
}

/** Stored as written, because clients compare it. A wrong value would only be noticed when the agent cannot sign in. */
function checkFingerprint(written: string | null | undefined): void {
  if (!written || canonicalFingerprint(written) !== undefined) return
  throw invalidField(
    'client_cert_fingerprint',
    'must be the SHA-256 fingerprint of the certificate: 64 hex digits, with or without colons',
  )
}

/** Whether a change allows somebody else to sign in as the agent. Another spelling of the same fingerprint does not. */
export function changesCredential(before: AgentRow, fields: Partial<AgentRow>): boolean {
  const { client_cert_fingerprint: fingerprint, oidc_issuer, oidc_client_id } = { ...before, ...fields }
  const [old, next] = [before.client_cert_fingerprint, fingerprint].map(written => canonicalFingerprint(written ?? ''))
  return old !== next || oidc_issuer !== before.oidc_issuer || oidc_client_id !== before.oidc_client_id
}

function fittingScopes(scopes: readonly string[]): readonly string[] {
  if (scopes.join().length <= MAX_SCOPES) return checkScopes(scopes)
  throw invalidField('scopes', `may have at most ${MAX_SCOPES} characters together`)
}

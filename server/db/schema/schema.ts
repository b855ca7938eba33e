import type { Generated } from 'kysely'
import type { AuditSchema } from './audit.ts'
import type { BillingSchema } from './billing.ts'
import type { IntentsSchema } from './intents.ts'
import type { OrgPlan, PeopleSchema } from './people.ts'
import type { SharingSchema } from './shares.ts'

/**
 * The tables, the same on both engines. Times are epoch milliseconds, flags 0 or 1, lists and objects JSON text, ids UUID text.
 */
export interface Schema extends PeopleSchema, SharingSchema, IntentsSchema, BillingSchema, AuditSchema {
  orgs: { id: string; name: string; is_platform: number; created_at: number } & OrgPlan
  users: {
    id: string
    /** The organisation last used. */
    org_id: string
    /** Canonical: trimmed, lower case. */
    email: string
    display_name: string | null
    password_hash: string | null
    auth_method: string
    email_verified: number
    marketing_emails: number
    totp_enabled: number
    /** Tokens contain it; raising it ends every token that was issued before. */
    token_generation: number
    /** Raised by a change of password; earlier API keys are then void. */
    key_generation: number
    created_at: number
  }
  memberships: { org_id: string; user_id: string; role: string; created_at: number }
  api_keys: {
    id: string
    org_id: string
    user_id: string
    name: string
    key_prefix: string
    key_hash: string
    scopes: string
    is_active: number
    created_at: number
    expires_at: number | null
    last_used_at: number | null
    last_used_from: string | null
    /** The id of the key that replaces it. */
    replaced_by: string | null
    /** The person's key generation when it was created; void once that has been raised. */
    generation: number
  }
  revoked_tokens: { jti: string; expires_at: number }
  lockouts: { door: string; identity: string; failures: number; locked_until: number; updated_at: number }
  device_codes: {
    device_code_hash: string
    user_code: string
    client_id: string
    email: string | null
    status: string
    user_id: string | null
    org_id: string | null
    ip_address: string
    created_at: number
    expires_at: number
    last_polled_at: number | null
    /** Of its approver: the token generation, the console session, the token, and the time of sign-in. */
    generation: number | null
    session_id: string | null
    approver_jti: string | null
    signed_in_at: number | null
  }
  vaults: {
    id: string
    org_id: string
    name: string
    description: string | null
    created_by: string
    created_by_type: string
    kek_id: string
    /** The wrapped KEK if the key provider stores it with us; null if it is in the token. */
    kek_blob: Uint8Array | null
    is_system: number
    created_at: number
    /** SHA-256 of the customer key for values; null without one. */
    cmek_fingerprint: string | null
    deleted_at: number | null
    /** Its former name; the placeholder in `name` keeps the name free for other vaults. */
    deleted_name: string | null
    /** The name in its form for comparison; null for vaults from before names were compared regardless of case. */
    name_key: string | null
  }
  /** Former KEKs of a vault. */
  former_keks: { id: string; vault_id: string; blob: Uint8Array | null; retired_at: number }
  /** Unused KEKs; the key provider destroys them from `destroy_at` on. */
  doomed_keks: {
    id: string
    org_id: string
    vault_id: string
    blob: Uint8Array | null
    destroy_at: number
    /** Why the key store did not destroy it the last time. */
    error: string | null
  }
  key_jobs: {
    id: string
    /** `cmek`: the keys are fingerprints of a customer's keys; `kek`: they are ids of KEKs. */
    kind: string
    org_id: string
    vault_id: string
    old_key: string
    new_key: string
    status: string
    /** The number of versions. */
    total: number
    processed: number
    error: string | null
    created_by: string
    created_at: number
    started_at: number | null
    completed_at: number | null
    /** The process that works on it, and the end of its hold. */
    holder: string | null
    held_until: number
  }
  secrets: {
    id: string
    vault_id: string
    path: string
    latest_version: number
    created_at: number
    /** Proves path and newest version, see `placeMac`; null until the first start with this column. */
    mac: string | null
  }
  secret_versions: {
    secret_id: string
    version: number
    type: string
    ciphertext: Uint8Array
    wrapped_dek: Uint8Array
    /** The KEK that wraps the DEK. */
    kek_id: string
    /** The KEK to which the ciphertext is bound, if it is a different one. */
    bound_kek_id: string | null
    metadata: string | null
    rotation_policy: string | null
    created_by: string
    created_at: number
    expires_at: number | null
    is_disabled: number
    deleted_at: number | null
    /** `user:<id>` or `agent:<id>`; null if it is not deleted, or if this was not recorded yet. */
    deleted_by: string | null
    max_access_count: number
    access_count: number
    cmek_fingerprint: string | null
    /** The provider's key for this version; null for one with a value. */
    signing_key_id: string | null
  }
  /** The storage of an organisation, including deleted rows that still exist; maintained by triggers of `secrets` and `secret_versions`. */
  /** The storage of an organisation is the sum of its slots. */
  org_storage: { org_id: string; slot: Generated<number>; secrets: number; bytes: number }
  policies: {
    id: string
    org_id: string
    vault_id: string
    secret_path_pattern: string
    principal_type: string
    principal_id: string
    permissions: string
    conditions: string | null
    expires_at: number | null
    created_by: string
    created_by_type: string
    created_at: number
    /** The delegated `admin` policy under which it was created; null if there is none. */
    granted_under: string | null
  }
  agents: {
    id: string
    org_id: string
    name: string
    description: string | null
    auth_method: string
    key_prefix: string | null
    key_hash: string | null
    /** The person who saw the key when it was created. */
    key_made_by: string | null
    key_created_at: number | null
    key_used_at: number | null
    key_used_from: string | null
    /** The previous key, which works until `old_key_ends_at`. */
    old_key_prefix: string | null
    old_key_hash: string | null
    old_key_made_by: string | null
    old_key_created_at: number | null
    old_key_used_at: number | null
    old_key_used_from: string | null
    old_key_ends_at: number | null
    scopes: string
    vault_ids: string
    is_active: number
    intents_api_enabled: number
    tx_to_allowlist: string
    tx_max_value_eth: string | null
    tx_daily_limit_eth: string | null
    tx_allowed_chains: string
    tx_block_unlimited_approvals: Generated<number>
    message_signing_enabled: Generated<number>
    raw_signing_enabled: Generated<number>
    eip712_domain_allowlist: Generated<string>
    tx_sign_any_nonce: Generated<number>
    eip712_default_policy: Generated<string>
    token_ttl_seconds: number | null
    client_cert_fingerprint: string | null
    oidc_issuer: string | null
    oidc_client_id: string | null
    ssh_public_key: string | null
    ecdh_public_key: string | null
    shroud_enabled: number
    shroud_config: string | null
    token_generation: number
    /** JSON: the values that an owner or admin has set, by column; the agent's creator cannot loosen them. */
    admin_bounds: Generated<string>
    created_by: string | null
    created_at: number
    expires_at: number | null
    last_active_at: number | null
  }
  /** One row for each fact about this installation, such as its key provider. */
  server_facts: { key: string; value: string }
  /** The server's own keys: `jwt`, `audit`, `data-box`, `pepper`. */
  server_keys: {
    purpose: string
    /** 1, 2, 3… in the order of succession. */
    number: number
    /** JSON: how the key provider finds or opens it. Null for the provider's own signing key, and for a destroyed one. */
    material: string | null
    /** JSON, for signing keys: how it succeeded the previous key, see `SigningKeySuccession`. */
    succession: string | null
    /** The requester; empty for the server. */
    created_by: string
    /** 0 for one that is older than this table. */
    created_at: number
    /** New work uses it from this time on. */
    starts_at: number
    /** Nothing new is accepted with it from this time on. */
    ended_at: number | null
  }
  /** How often a KEK has wrapped at most, see `wrapCount`. */
  kek_wraps: { kek_id: string; wraps: number }
  schema_migrations: { id: string; checksum: string; applied_at: Generated<number> }
}

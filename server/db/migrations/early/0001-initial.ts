import type { Migration } from '../migration.ts'

export const initial: Migration = {
  id: '0001-initial',
  statements: ({ bytes, int }) => [
    `CREATE TABLE orgs (id TEXT PRIMARY KEY, name TEXT NOT NULL, is_platform ${int} NOT NULL, created_at ${int} NOT NULL)`,
    // At most one platform organisation: the very first account of the server.
    'CREATE UNIQUE INDEX orgs_platform ON orgs (is_platform) WHERE is_platform = 1',
    `CREATE TABLE users (
      id TEXT PRIMARY KEY, org_id TEXT NOT NULL REFERENCES orgs (id), email TEXT NOT NULL UNIQUE, display_name TEXT,
      password_hash TEXT, auth_method TEXT NOT NULL, email_verified ${int} NOT NULL, marketing_emails ${int} NOT NULL,
      totp_enabled ${int} NOT NULL, token_generation ${int} NOT NULL, created_at ${int} NOT NULL)`,
    `CREATE TABLE memberships (
      org_id TEXT NOT NULL REFERENCES orgs (id), user_id TEXT NOT NULL REFERENCES users (id), role TEXT NOT NULL,
      created_at ${int} NOT NULL, PRIMARY KEY (org_id, user_id))`,
    `CREATE TABLE api_keys (
      id TEXT PRIMARY KEY, org_id TEXT NOT NULL REFERENCES orgs (id), user_id TEXT NOT NULL REFERENCES users (id), name TEXT NOT NULL,
      key_prefix TEXT NOT NULL, key_hash TEXT NOT NULL UNIQUE, scopes TEXT NOT NULL, is_active ${int} NOT NULL,
      created_at ${int} NOT NULL, expires_at ${int}, last_used_at ${int})`,
    'CREATE INDEX api_keys_user ON api_keys (user_id)',
    `CREATE TABLE revoked_tokens (jti TEXT PRIMARY KEY, expires_at ${int} NOT NULL)`,
    `CREATE TABLE lockouts (
      door TEXT NOT NULL, identity TEXT NOT NULL, failures ${int} NOT NULL, locked_until ${int} NOT NULL, updated_at ${int} NOT NULL,
      PRIMARY KEY (door, identity))`,
    `CREATE TABLE device_codes (
      device_code_hash TEXT PRIMARY KEY, user_code TEXT NOT NULL UNIQUE, client_id TEXT NOT NULL, email TEXT, status TEXT NOT NULL,
      user_id TEXT, org_id TEXT, ip_address TEXT NOT NULL, created_at ${int} NOT NULL, expires_at ${int} NOT NULL,
      last_polled_at ${int})`,
    `CREATE TABLE vaults (
      id TEXT PRIMARY KEY, org_id TEXT NOT NULL REFERENCES orgs (id), name TEXT NOT NULL, description TEXT, created_by TEXT NOT NULL,
      created_by_type TEXT NOT NULL, kek_id TEXT NOT NULL, kek_blob ${bytes}, is_system ${int} NOT NULL, created_at ${int} NOT NULL,
      UNIQUE (org_id, name))`,
    `CREATE TABLE secrets (
      id TEXT PRIMARY KEY, vault_id TEXT NOT NULL REFERENCES vaults (id), path TEXT NOT NULL, latest_version ${int} NOT NULL,
      created_at ${int} NOT NULL, UNIQUE (vault_id, path))`,
    `CREATE TABLE secret_versions (
      secret_id TEXT NOT NULL REFERENCES secrets (id), version ${int} NOT NULL, type TEXT NOT NULL, ciphertext ${bytes} NOT NULL,
      wrapped_dek ${bytes} NOT NULL, kek_id TEXT NOT NULL, metadata TEXT, rotation_policy TEXT, created_by TEXT NOT NULL,
      created_at ${int} NOT NULL, expires_at ${int}, is_disabled ${int} NOT NULL, deleted_at ${int},
      max_access_count ${int} NOT NULL, access_count ${int} NOT NULL, cmek_fingerprint TEXT, PRIMARY KEY (secret_id, version))`,
    `CREATE TABLE agents (
      id TEXT PRIMARY KEY, org_id TEXT NOT NULL REFERENCES orgs (id), name TEXT NOT NULL, description TEXT, auth_method TEXT NOT NULL,
      key_prefix TEXT, key_hash TEXT UNIQUE, scopes TEXT NOT NULL, vault_ids TEXT NOT NULL, is_active ${int} NOT NULL,
      intents_api_enabled ${int} NOT NULL, tx_to_allowlist TEXT NOT NULL, tx_max_value_eth TEXT, tx_daily_limit_eth TEXT,
      tx_allowed_chains TEXT NOT NULL, token_ttl_seconds ${int}, client_cert_fingerprint TEXT, oidc_issuer TEXT, oidc_client_id TEXT,
      ssh_public_key TEXT, ecdh_public_key TEXT, shroud_enabled ${int} NOT NULL, shroud_config TEXT, token_generation ${int} NOT NULL,
      created_by TEXT, created_at ${int} NOT NULL, expires_at ${int}, last_active_at ${int})`,
    'CREATE INDEX agents_org ON agents (org_id)',
    `CREATE TABLE policies (
      id TEXT PRIMARY KEY, org_id TEXT NOT NULL REFERENCES orgs (id), vault_id TEXT NOT NULL REFERENCES vaults (id),
      secret_path_pattern TEXT NOT NULL, principal_type TEXT NOT NULL, principal_id TEXT NOT NULL, permissions TEXT NOT NULL,
      conditions TEXT, expires_at ${int}, created_by TEXT NOT NULL, created_by_type TEXT NOT NULL, created_at ${int} NOT NULL)`,
    'CREATE INDEX policies_vault ON policies (vault_id)',
    'CREATE INDEX policies_principal ON policies (principal_id)',
    // No foreign keys: events outlive the things that they are about.
    `CREATE TABLE audit_events (
      org_id TEXT NOT NULL, seq ${int} NOT NULL, id TEXT NOT NULL, action TEXT NOT NULL, actor_id TEXT NOT NULL,
      actor_type TEXT NOT NULL, resource_type TEXT NOT NULL, resource_id TEXT NOT NULL, vault_id TEXT, details TEXT NOT NULL,
      ip_address TEXT NOT NULL, created_at ${int} NOT NULL, prev_event_id TEXT NOT NULL, integrity_hash TEXT NOT NULL,
      PRIMARY KEY (org_id, seq))`,
    `CREATE TABLE audit_heads (org_id TEXT PRIMARY KEY, seq ${int} NOT NULL, event_id TEXT NOT NULL, integrity_hash TEXT NOT NULL)`,
    `CREATE TABLE audit_checkpoints (
      org_id TEXT NOT NULL, seq ${int} NOT NULL, event_id TEXT NOT NULL, integrity_hash TEXT NOT NULL, created_at ${int} NOT NULL,
      signature TEXT NOT NULL, kid TEXT NOT NULL, PRIMARY KEY (org_id, seq))`,
    'CREATE TABLE server_facts (key TEXT PRIMARY KEY, value TEXT NOT NULL)',
  ],
}

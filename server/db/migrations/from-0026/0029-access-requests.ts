import type { Migration } from '../migration.ts'

/** Requests of people and agents for access to secrets, and the decisions. */
export const accessRequests: Migration = {
  id: '0029-access-requests',
  statements: ({ int }) => [
    // `generation`: the token generation of the requester, so a request ends with the sign-in that made it.
    `CREATE TABLE access_requests (
      id TEXT PRIMARY KEY, org_id TEXT NOT NULL, vault_id TEXT NOT NULL REFERENCES vaults (id) ON DELETE CASCADE,
      requester_type TEXT NOT NULL, requester_id TEXT NOT NULL, generation ${int} NOT NULL,
      secret_path_pattern TEXT NOT NULL, permissions TEXT NOT NULL, reason TEXT NOT NULL, wanted_ms ${int} NOT NULL,
      status TEXT NOT NULL, created_at ${int} NOT NULL, expires_at ${int} NOT NULL, decided_by TEXT, decided_at ${int},
      note TEXT, policy_id TEXT, access_ends_at ${int})`,
    'CREATE INDEX access_requests_org ON access_requests (org_id, status, created_at)',
    'CREATE INDEX access_requests_vault ON access_requests (vault_id)',
    'CREATE INDEX access_requests_requester ON access_requests (requester_id, status)',
    'CREATE INDEX device_codes_email ON device_codes (email) WHERE email IS NOT NULL',
    'CREATE INDEX access_requests_decided ON access_requests (decided_by) WHERE decided_by IS NOT NULL',
  ],
}

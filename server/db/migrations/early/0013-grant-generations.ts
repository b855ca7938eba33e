import type { Migration } from '../migration.ts'

/** Pending grants end with the password or session under which they were given. Existing device logins and links end now. */
export const grantGenerations: Migration = {
  id: '0013-grant-generations',
  statements: ({ int }) => [
    `ALTER TABLE device_codes ADD COLUMN generation ${int}`,
    'ALTER TABLE device_codes ADD COLUMN session_id TEXT',
    'ALTER TABLE device_codes ADD COLUMN approver_jti TEXT',
    `ALTER TABLE device_codes ADD COLUMN signed_in_at ${int}`,
    `ALTER TABLE password_resets ADD COLUMN generation ${int}`,
    `ALTER TABLE invitations ADD COLUMN generation ${int}`,
    'UPDATE invitations SET generation = (SELECT token_generation FROM users WHERE users.id = invitations.invited_by)',
    `ALTER TABLE api_keys ADD COLUMN generation ${int} NOT NULL DEFAULT 0`,
    // Raised only by a change of password, not by decisions of an organisation about a member, who may have keys in other organisations.
    `ALTER TABLE users ADD COLUMN key_generation ${int} NOT NULL DEFAULT 0`,
  ],
}

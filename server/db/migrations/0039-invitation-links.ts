import type { Migration } from './migration.ts'

/**
 * A second link of an invitation, to be passed on by who invites: it proves no address. A sign-up that waits for its address to be
 * confirmed remembers the invitation that it follows, and the name of the organisation that it makes.
 */
export const invitationLinks: Migration = {
  id: '0039-invitation-links',
  statements: () => [
    'ALTER TABLE invitations ADD COLUMN link_hash TEXT',
    'CREATE UNIQUE INDEX invitations_link ON invitations (link_hash)',
    'ALTER TABLE pending_signups ADD COLUMN invite_hash TEXT',
    'ALTER TABLE pending_signups ADD COLUMN org_name TEXT',
  ],
}

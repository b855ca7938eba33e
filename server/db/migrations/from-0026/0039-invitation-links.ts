import type { Migration } from '../migration.ts'

/**
 * A second link of an invitation, which the inviting person passes on; it proves no address. A sign-up with an unconfirmed address keeps
 * its invitation and the name of its new organisation.
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

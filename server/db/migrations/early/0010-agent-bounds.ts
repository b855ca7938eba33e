import type { Migration } from '../migration.ts'

/**
 * The limits of an agent that an owner or admin has set, which only owners and admins can relax. For existing agents it is unknown who set
 * their limits; an inactive agent stays inactive until an owner or admin changes that.
 */
export const agentBounds: Migration = {
  id: '0010-agent-bounds',
  statements: () => [
    "ALTER TABLE agents ADD COLUMN admin_bounds TEXT NOT NULL DEFAULT '{}'",
    `UPDATE agents SET admin_bounds = '{"is_active":false}' WHERE is_active = 0`,
  ],
}

import type { Migration } from '../migration.ts'

/**
 * What an owner or admin has set of an agent: only they loosen it. Of agents from before nobody knows who set what; one that is switched
 * off stays off until an owner or admin says otherwise.
 */
export const agentBounds: Migration = {
  id: '0010-agent-bounds',
  statements: () => [
    "ALTER TABLE agents ADD COLUMN admin_bounds TEXT NOT NULL DEFAULT '{}'",
    `UPDATE agents SET admin_bounds = '{"is_active":false}' WHERE is_active = 0`,
  ],
}

import type { Migration } from '../migration.ts'

/** Events per day, actor and kind, updated with every event, so that the cost of sums does not depend on the length of the log. */
export const auditDays: Migration = {
  id: '0012-audit-days',
  statements: ({ int }) => [
    `CREATE TABLE audit_days (
      org_id TEXT NOT NULL, day ${int} NOT NULL, actor_type TEXT NOT NULL, actor_id TEXT NOT NULL, action TEXT NOT NULL,
      outcome TEXT NOT NULL, vault_id TEXT NOT NULL, count ${int} NOT NULL,
      PRIMARY KEY (org_id, day, actor_type, actor_id, action, outcome, vault_id))`,
    `INSERT INTO audit_days
      SELECT org_id, created_at / 86400000 AS day, actor_type, actor_id, action,
        CASE WHEN details LIKE '%"outcome":"denied"%' THEN 'denied' WHEN action = 'auth.failure' OR details LIKE '%"outcome":"failed"%' THEN 'failed' ELSE 'ok' END
          AS outcome, COALESCE(vault_id, '') AS vault_id, COUNT(*) AS count
      FROM audit_events GROUP BY 1, 2, 3, 4, 5, 6, 7`,
  ],
}

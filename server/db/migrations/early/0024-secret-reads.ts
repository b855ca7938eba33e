import type { Migration } from '../migration.ts'

/** Reads per secret, principal and day, updated with every event, so that the readers of a secret are found without a scan of the log. */
export const secretReads: Migration = {
  id: '0024-secret-reads',
  statements: ({ int }) => [
    `CREATE TABLE secret_reads (
      org_id TEXT NOT NULL, secret_id TEXT NOT NULL, actor_type TEXT NOT NULL, actor_id TEXT NOT NULL, day ${int} NOT NULL,
      count ${int} NOT NULL, last_at ${int} NOT NULL,
      PRIMARY KEY (secret_id, actor_type, actor_id, day))`,
    'CREATE INDEX secret_reads_actor ON secret_reads (actor_id, day)',
    `INSERT INTO secret_reads
      SELECT MAX(org_id) AS org_id, resource_id, actor_type, actor_id, created_at / 86400000 AS day, COUNT(*), MAX(created_at)
      FROM audit_events
      WHERE action = 'secret.read' AND resource_type = 'secret' AND details NOT LIKE '%"outcome"%'
      GROUP BY 2, 3, 4, 5`,
  ],
}

import type { Migration } from './migration.ts'

const HOUR_MS = 3_600_000

/** The newest events of a chain that are counted: those of three days. */
const NEWEST_MS = 72 * HOUR_MS

/**
 * The events of the newest hours, counted by the job that maintains the other tables of the index. Events that the job has already passed are
 * counted here; they are found by the times of the parts of the chain.
 */
export const auditHours: Migration = {
  id: '0047-audit-hours',
  statements: ({ int }) => {
    const isLite = int === 'INTEGER'
    const repeats = isLite ? `details ->> '$.repeats'` : `CAST(substring(details FROM '"repeats":([0-9]+)') AS BIGINT)`
    return [
      `CREATE TABLE audit_hours (
        org_id TEXT NOT NULL, hour ${int} NOT NULL, actor_type TEXT NOT NULL, actor_id TEXT NOT NULL, action TEXT NOT NULL,
        outcome TEXT NOT NULL, vault_id TEXT NOT NULL, count ${int} NOT NULL,
        PRIMARY KEY (org_id, hour, actor_type, actor_id, action, outcome, vault_id))${isLite ? ' WITHOUT ROWID' : ''}`,
      `INSERT INTO audit_hours (org_id,hour,actor_type,actor_id,action,outcome,vault_id,count)
       SELECT event.org_id,created_at / ${HOUR_MS} AS hour,actor_type,actor_id,action,
         CASE WHEN details LIKE '%"outcome":"denied"%' THEN 'denied' WHEN details LIKE '%"outcome":"failed"%' THEN 'failed'
           WHEN action = 'auth.failure' AND details NOT LIKE '%"outcome":%' THEN 'failed' ELSE 'ok' END AS outcome,
         coalesce(vault_id,'') AS vault,
         sum(CASE WHEN details LIKE '%"repeats":%' THEN coalesce(${repeats},1) ELSE 1 END)
       FROM audit_stretches AS stretch
       JOIN audit_events AS event ON event.org_id = stretch.org_id AND event.seq BETWEEN stretch.first_seq AND stretch.last_seq
       WHERE stretch.max_at >= (SELECT max(max_at) FROM audit_stretches AS each_of WHERE each_of.org_id = stretch.org_id) - ${NEWEST_MS}
       GROUP BY 1,2,3,4,5,6,7`,
    ]
  },
}

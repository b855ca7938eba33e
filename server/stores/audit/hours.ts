import { sql } from 'kysely'
import type { Engine, Handle } from '../../db/database.ts'
import { KEY_OF, type SumFilter } from './days.ts'

/** Milliseconds of an hour. */
export const HOUR_MS = 3_600_000

/** The hours that are kept, of the newest events of a chain. */
const KEPT_HOURS = 72

/** The number of events in an hour. */
export interface HourSum {
  /** Hours since 1970, UTC. */
  readonly hour: number
  readonly outcome: string
  readonly key: string
  /** PostgreSQL gives sums as text. */
  readonly count: number | string
}

/** The columns that `daysOf` derives from an event, in SQL. Details are canonical JSON with one level, so a text cannot look like a member. */
const OUTCOME = `CASE WHEN details LIKE '%"outcome":"denied"%' THEN 'denied' WHEN details LIKE '%"outcome":"failed"%' THEN 'failed'
  WHEN action = 'auth.failure' AND details NOT LIKE '%"outcome":%' THEN 'failed' ELSE 'ok' END`
const REPEATS: Record<Engine, string> = {
  sqlite: `details ->> '$.repeats'`,
  postgres: `CAST(substring(details FROM '"repeats":([0-9]+)') AS BIGINT)`,
}
const COUNT = (engine: Engine) => `CASE WHEN details LIKE '%"repeats":%' THEN coalesce(${REPEATS[engine]},1) ELSE 1 END`

/** Adds an organisation's events of a stretch, which the condition names by its parameters, to the sums by hour. */
export const HOURS_KEPT = (engine: Engine, stretch: string) => `
  INSERT INTO audit_hours (org_id,hour,actor_type,actor_id,action,outcome,vault_id,count)
  SELECT org_id,hour,actor_type,actor_id,action,outcome,vault,sum(count) FROM (
    SELECT org_id,created_at / ${HOUR_MS} AS hour,actor_type,actor_id,action,${OUTCOME} AS outcome,coalesce(vault_id,'') AS vault,
      ${COUNT(engine)} AS count FROM audit_events ${stretch}) AS added
  GROUP BY org_id,hour,actor_type,actor_id,action,outcome,vault ORDER BY hour,actor_type,actor_id,action,outcome,vault
  ON CONFLICT (org_id,hour,actor_type,actor_id,action,outcome,vault_id) DO UPDATE SET count = audit_hours.count + excluded.count`

/** Removes the sums of an organisation that are older than those kept next to an event of this time; all of them without one. */
export async function forgetHours({ db }: Pick<Handle, 'db'>, orgId: string, at?: number): Promise<void> {
  const own = db.deleteFrom('audit_hours').where('org_id', '=', orgId)
  await (at === undefined ? own : own.where('hour', '<=', Math.floor(at / HOUR_MS) - KEPT_HOURS)).execute()
}

/**
 * Sums by hour, both ends included (hours since 1970, UTC): those that the job has counted, and the events after them. One statement, so
 * that no event is counted by both. An index that is about to start from the beginning counts nothing.
 */
export async function hourSums({ db, engine }: Pick<Handle, 'db' | 'engine'>, filter: SumFilter): Promise<HourSum[]> {
  const { orgId, from, to, by, actorType, actorId, vaultId } = filter
  const conditions = [
    sql`org_id = ${orgId}`,
    ...(actorType === undefined ? [] : [sql`actor_type = ${actorType}`]),
    ...(actorId === undefined ? [] : [sql`actor_id = ${actorId}`]),
    ...(vaultId === undefined ? [] : [sql`vault_id = ${vaultId}`]),
  ]
  const asked = sql.join(conditions, sql` AND `)
  const { rows } = await sql<HourSum>`
    SELECT hour, outcome, key, sum(count) AS count FROM (
      SELECT hour, outcome, ${KEY_OF[by]} AS key, count FROM audit_hours
      WHERE ${asked} AND hour >= ${from} AND hour <= ${to}
        AND EXISTS (SELECT 1 FROM audit_indexed WHERE org_id = ${orgId} AND seq > 0)
      UNION ALL
      SELECT created_at / ${sql.lit(HOUR_MS)}, ${sql.raw(OUTCOME)}, ${KEY_OF[by]}, ${sql.raw(COUNT(engine))} FROM audit_events
      WHERE ${asked} AND seq > coalesce((SELECT seq FROM audit_indexed WHERE org_id = ${orgId}), 0)
        AND created_at >= ${from * HOUR_MS} AND created_at < ${(to + 1) * HOUR_MS}) AS counted
    GROUP BY hour, outcome, key ORDER BY hour`.execute(db)
  return rows.map(row => ({ ...row, hour: Number(row.hour) }))
}

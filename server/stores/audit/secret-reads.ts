import { CompiledQuery, type Selectable } from 'kysely'
import type { Handle } from '../../db/database.ts'
import type { Schema } from '../../db/schema/schema.ts'
import type { EventRow } from './chaining.ts'
import { DAY_MS } from './days.ts'
import { statementsByCount, tuples } from './statements.ts'

type ReadRow = Selectable<Schema['secret_reads']>

const KEY = ['secret_id', 'actor_type', 'actor_id', 'day'] as const satisfies readonly (keyof ReadRow)[]
const COLUMNS = ['org_id', ...KEY, 'count', 'last_at'] as const satisfies readonly (keyof ReadRow)[]

/** Rows of one statement: 7 parameters each. */
const ROWS_AT_ONCE = 1024

const counted = statementsByCount(
  (engine, count) =>
    `INSERT INTO secret_reads (${COLUMNS.join(',')}) VALUES ${tuples(engine, count, COLUMNS.length)} ` +
    `ON CONFLICT (${KEY.join(',')}) DO UPDATE SET count = secret_reads.count + excluded.count, ` +
    'last_at = CASE WHEN excluded.last_at > secret_reads.last_at THEN excluded.last_at ELSE secret_reads.last_at END',
)

/** Adds the reads among some events to what is known of their secrets; in the transaction that adds the events. */
export async function countReads({ db, engine }: Pick<Handle, 'db' | 'engine'>, events: readonly EventRow[]): Promise<void> {
  const rows = readsAmong(events)
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    const some = rows.slice(at, at + ROWS_AT_ONCE)
    const parameters = some.flatMap(row => COLUMNS.map(column => row[column]))
    await db.executeQuery(CompiledQuery.raw(counted(engine, some.length), parameters))
  }
}

/** One row a key, in the order of the keys, so that two transactions never wait for each other. */
function readsAmong(events: readonly EventRow[]): ReadRow[] {
  const rows = new Map<string, ReadRow>()
  for (const { org_id, action, resource_type, resource_id, actor_type, actor_id, created_at, details } of events) {
    // An attempt that came to nothing has an outcome, and names the path.
    if (action !== 'secret.read' || resource_type !== 'secret' || details.includes('"outcome"')) continue
    const row = { org_id, secret_id: resource_id, actor_type, actor_id, day: Math.floor(created_at / DAY_MS) }
    const key = KEY.map(column => row[column]).join('\n')
    const known = rows.get(key)
    rows.set(key, { ...row, count: (known?.count ?? 0) + 1, last_at: Math.max(known?.last_at ?? 0, created_at) })
  }
  return [...rows].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row)
}

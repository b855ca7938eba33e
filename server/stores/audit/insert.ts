import { CompiledQuery } from 'kysely'
import type { Handle } from '../../db/database.ts'
import type { EventRow } from './chaining.ts'
import { statementsByCount, tuples } from './statements.ts'

const COLUMNS = [
  'org_id',
  'seq',
  'id',
  'action',
  'actor_id',
  'actor_type',
  'resource_type',
  'resource_id',
  'vault_id',
  'details',
  'ip_address',
  'created_at',
  'prev_event_id',
  'integrity_hash',
  'mac',
] as const satisfies readonly (keyof EventRow)[]

/** Rows of one statement: 15 parameters each, below the 32 766 that SQLite takes. */
const ROWS_AT_ONCE = 512

const inserted = statementsByCount(
  (engine, count) => `INSERT INTO audit_events (${COLUMNS.join(',')}) VALUES ${tuples(engine, count, COLUMNS.length)}`,
)

/** Writes rows in as few statements as can be. Every read of a secret ends here. */
export async function insertEvents(
  { execute, engine }: Pick<Handle, 'execute' | 'engine'>,
  rows: readonly EventRow[],
): Promise<void> {
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    const some = rows.slice(at, at + ROWS_AT_ONCE)
    const parameters = new Array<unknown>(some.length * COLUMNS.length)
    let place = 0
    for (const row of some) for (const column of COLUMNS) parameters[place++] = row[column]
    await execute(CompiledQuery.raw(inserted(engine, some.length), parameters))
  }
}

import { CompiledQuery } from 'kysely'
import type { Engine, Handle } from '../../db/database.ts'
import type { EventRow } from './chaining.ts'

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
] as const satisfies readonly (keyof EventRow)[]

/** Rows of one statement: 14 parameters each, below the 32 766 that SQLite takes. */
const ROWS_AT_ONCE = 512

/**
 * Writes rows in as few statements as can be. Every read of a secret ends here, so the statement is written by hand and kept for each
 * number of rows: to have Kysely build it costs more than the row's hash.
 */
export async function insertEvents({ db, engine }: Pick<Handle, 'db' | 'engine'>, rows: readonly EventRow[]): Promise<void> {
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    const some = rows.slice(at, at + ROWS_AT_ONCE)
    const parameters = some.flatMap(row => COLUMNS.map(column => row[column]))
    await db.executeQuery(CompiledQuery.raw(statement(engine, some.length), parameters))
  }
}

const statements = new Map<string, string>()

function statement(engine: Engine, count: number): string {
  const key = `${engine} ${count}`
  const known = statements.get(key)
  if (known !== undefined) return known
  const mark = (index: number) => (engine === 'postgres' ? `$${index + 1}` : '?')
  const row = (number: number) => `(${COLUMNS.map((_, column) => mark(number * COLUMNS.length + column)).join(',')})`
  const made = `INSERT INTO audit_events (${COLUMNS.join(',')}) VALUES ${Array.from({ length: count }, (_, number) => row(number)).join(',')}`
  statements.set(key, made)
  return made
}

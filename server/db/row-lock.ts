import type { SelectQueryBuilder } from 'kysely'
import type { Handle } from './database.ts'

/**
 * Locks the selected rows until the unit of work ends, so that what was read still holds when it writes: `FOR UPDATE` on PostgreSQL,
 * nothing on SQLite, whose writer is alone anyway. Use inside `run`: `await lockRows(handle, db.selectFrom(…)).execute()`.
 */
export function lockRows<DB, TB extends keyof DB, O>(
  handle: Pick<Handle, 'engine'>,
  query: SelectQueryBuilder<DB, TB, O>,
): SelectQueryBuilder<DB, TB, O> {
  return handle.engine === 'postgres' ? query.forUpdate() : query
}

/** Like `lockRows`, for rows that must merely not change: others may hold them like this too. */
export function holdRows<DB, TB extends keyof DB, O>(
  handle: Pick<Handle, 'engine'>,
  query: SelectQueryBuilder<DB, TB, O>,
): SelectQueryBuilder<DB, TB, O> {
  return handle.engine === 'postgres' ? query.forShare() : query
}

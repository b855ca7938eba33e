import type { SelectQueryBuilder } from 'kysely'
import type { Handle } from './database.ts'

/**
 * Locks the selected rows until the unit of work ends, so that what was read is still true when it writes: `FOR UPDATE` on PostgreSQL,
 * nothing on SQLite, which has only one writer. Use it inside `run`: `await lockRows(handle, db.selectFrom(…)).execute()`.
 */
export function lockRows<DB, TB extends keyof DB, O>(
  handle: Pick<Handle, 'engine'>,
  query: SelectQueryBuilder<DB, TB, O>,
): SelectQueryBuilder<DB, TB, O> {
  return handle.engine === 'postgres' ? query.forUpdate() : query
}

/** Like `lockRows`, for rows that must only not change: others can hold the same lock. */
export function holdRows<DB, TB extends keyof DB, O>(
  handle: Pick<Handle, 'engine'>,
  query: SelectQueryBuilder<DB, TB, O>,
): SelectQueryBuilder<DB, TB, O> {
  return handle.engine === 'postgres' ? query.forShare() : query
}

import { Problem } from '../../../src/problem.ts'

/** Result codes about the machine, not the statement (https://sqlite.org/rescode.html). */
const UNAVAILABLE = new Set([
  'SQLITE_BUSY',
  'SQLITE_LOCKED',
  'SQLITE_IOERR',
  'SQLITE_CORRUPT',
  'SQLITE_NOTADB',
  'SQLITE_CANTOPEN',
  'SQLITE_PERM',
  'SQLITE_READONLY',
  'SQLITE_NOMEM',
  'SQLITE_PROTOCOL',
  'SQLITE_INTERRUPT',
  'SQLITE_NOLFS',
])

/** The primary result code of an error of `sqlite3`, for example `SQLITE_BUSY`; also if it is the cause of a `Problem`. */
export function sqliteCode(error: unknown): string | undefined {
  if (error instanceof Problem) return sqliteCode(error.cause)
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** A failure of the machine as a `Problem`; anything else (a broken constraint, a bug in the statement) unchanged. */
export function sqliteFailure(error: unknown): unknown {
  const code = sqliteCode(error)
  if (error instanceof Problem || code === undefined) return error
  if (code === 'SQLITE_FULL') return new Problem('storage.full', undefined, { cause: error, retryAfter: 10 })
  if (UNAVAILABLE.has(code)) return new Problem('database.unavailable', undefined, { cause: error, retryAfter: 5 })
  return error
}

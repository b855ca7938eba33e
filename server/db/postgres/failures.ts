import pg from 'pg'
import { Problem } from '../../../src/problem.ts'

/** SQLSTATE classes and codes about the server, not the statement (PostgreSQL manual, appendix A). */
const UNAVAILABLE = [
  '08', // connection exception
  '25006', // read only: a standby, or a server that has just become one
  '25P03', // idle too long inside a transaction
  '28', // user or password
  '3D000', // no such database
  '53', // insufficient resources
  '55P03', // lock not available in time
  '57', // operator intervention: shutdown, cancelled, statement timeout
  '58', // I/O error on the server
  'XX', // internal error, damaged data
]

/** The server's own error, even if it is the cause of a `Problem`. */
function raised(error: unknown): pg.DatabaseError | undefined {
  if (error instanceof Problem) return raised(error.cause)
  return error instanceof pg.DatabaseError ? error : undefined
}

/** The transaction did nothing and can simply be rerun: it lost a race (serialization failure, deadlock), or its plan is outdated. */
export function isRetryable(error: unknown): boolean {
  const code = raised(error)?.code
  return code === '40001' || code === '40P01' || isOutdatedPlan(error)
}

/** The statement took longer than the connection allows. */
export function isStatementTimeout(error: unknown): boolean {
  return raised(error)?.code === '57014'
}

/** The statement waited for a lock until its limit. */
export function isLockTimeout(error: unknown): boolean {
  return raised(error)?.code === '55P03'
}

/** A migration has changed the result type of a prepared statement; the connection that prepared it can never run it again. */
export function isOutdatedPlan(error: unknown): boolean {
  const { code, message = '' } = raised(error) ?? {}
  return code === '0A000' && message.includes('cached plan')
}

/**
 * True if the connection must not be used again: anything but an error message of the server means that the connection broke, or that a
 * reply is still due on it.
 */
export function isConnectionLost(error: unknown): boolean {
  const severity = raised(error)?.severity
  return severity === undefined || severity === 'FATAL' || severity === 'PANIC' || isOutdatedPlan(error)
}

/** A failure of the server or of the connection as a `Problem`; any other error unchanged, without the values that it quotes. */
export function postgresFailure(error: unknown): unknown {
  if (error instanceof Problem) return error
  if (!(error instanceof pg.DatabaseError)) return unavailable(error)
  const { code = '' } = error
  if (code === '53100') return new Problem('storage.full', undefined, { cause: error, retryAfter: 10 })
  if (UNAVAILABLE.some(it => code.startsWith(it)) || isOutdatedPlan(error)) return unavailable(error)
  // "Failing row contains (…)": rows hold hashes and ciphertexts, and errors are logged.
  error.detail = undefined
  error.where = undefined
  return error
}

/** The same for the first connection, whose failure can be caused by the settings. `host` is that of the URL. */
export function openingFailure(error: unknown, host: string): unknown {
  if (error instanceof pg.DatabaseError && /^(28|3D)/.test(error.code ?? ''))
    return new Problem('config.invalid', `PostgreSQL at ${host} does not accept the user, the password or the database.`, {
      cause: error,
    })
  if (error instanceof Problem || error instanceof pg.DatabaseError) return postgresFailure(error)
  return new Problem('database.unavailable', `PostgreSQL at ${host} cannot be reached.`, { cause: error, retryAfter: 2 })
}

function unavailable(cause: unknown): Problem {
  return new Problem('database.unavailable', undefined, { cause, retryAfter: 2 })
}

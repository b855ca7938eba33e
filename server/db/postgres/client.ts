import type { CompiledQuery } from 'kysely'
import pg from 'pg'
import { Problem } from '../../../src/problem.ts'
import type { Execute, Rows } from '../database.ts'
import { tooBroad } from '../reports.ts'
import { isConnectionLost, isOutdatedPlan, isStatementTimeout, postgresFailure } from './failures.ts'

const LIMITS = {
  connectionTimeoutMillis: 5000,
  statement_timeout: 5000,
  idle_in_transaction_session_timeout: 15_000,
}

/** The server gives up first, so that the connection survives; the client's limit is for a server that does not respond at all. */
const LATER_MS = 1000

/** A count or a sum is a number, as on SQLite; ours stay far below 2^53. */
const NUMBERS = new Set<number>([pg.types.builtins.INT8, pg.types.builtins.NUMERIC])

const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => (NUMBERS.has(oid) ? Number : pg.types.getTypeParser(oid, format)),
}

/** @throws Problem `config.invalid` without showing the URL, which may hold a password */
export function clientConfig(url: string): pg.ClientConfig {
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url))
    throw new Problem('config.invalid', 'The database URL must look like postgres://user:password@host:5432/database.')
  // Statements are sent when they are asked for, not when the one before is answered.
  return { connectionString: url, application_name: '1claw', keepAlive: true, pipeline: true, types, ...LIMITS }
}

/** How long the answer to a statement may take, once those before it on its connection are answered. */
export function answerLimit({ options }: pg.Pool): number {
  return Number(options.statement_timeout) + LATER_MS
}

/**
 * `max` connections, made as needed; a broken one is dropped and replaced at the next use. `limitMs`: how long a statement may take.
 */
export function createPool(url: string, max: number, limitMs = LIMITS.statement_timeout): pg.Pool {
  const pool = new pg.Pool({ ...clientConfig(url), max, statement_timeout: limitMs, idleTimeoutMillis: 30_000 })
  // A connection may break while nobody waits for a reply. The pool has dropped an idle one already; one in use fails the next statement.
  // Without a listener, either would end the process.
  pool.on('error', () => {})
  pool.on('connect', client => client.on('error', () => {}))
  return pool
}

/** @throws Problem `database.unavailable` also when every connection stays busy for 5 s */
export async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw postgresFailure(error)
  }
}

/** Each statement on a separate connection. */
export function createReads(pool: pg.Pool): Execute {
  const limitMs = answerLimit(pool)
  return async query => {
    const client = await connect(pool)
    try {
      const rows = await send(client, query, limitMs)
      client.release()
      return rows
    } catch (error) {
      if (!isOutdatedPlan(error)) {
        client.release(isConnectionLost(error))
        throw error
      }
      const { sql, parameters, query: node, queryId } = query
      return await send(client, { sql, parameters, query: node, queryId }, limitMs).finally(() => client.release(true))
    }
  }
}

/** The same for reports. @throws Problem `request.too-broad` when the statement takes longer than the pool allows */
export function createReports(pool: pg.Pool): Execute {
  const read = createReads(pool)
  return query =>
    read(query).catch(error => {
      throw isStatementTimeout(error) ? tooBroad(error) : error
    })
}

const COUNTED = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])

/** `limitMs`: how long the answer may take from now on. @throws what `postgresFailure` makes of the error */
export async function send(client: pg.ClientBase, query: CompiledQuery, limitMs?: number): Promise<Rows> {
  try {
    const { command, rowCount, rows } = await client.query({
      text: query.sql,
      values: [...query.parameters],
      ...(limitMs !== undefined && { query_timeout: limitMs }),
      ...('name' in query && typeof query.name === 'string' && { name: query.name }),
    })
    return COUNTED.has(command) ? { rows, numAffectedRows: BigInt(rowCount ?? 0) } : { rows }
  } catch (error) {
    throw postgresFailure(error)
  }
}

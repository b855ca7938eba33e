import { Problem } from '../../../src/problem.ts'
import type { Execute } from '../database.ts'
import { tooBroad } from '../reports.ts'
import type { SqliteConnection } from './connection.ts'
import { sqliteCode } from './failures.ts'

export interface Readers {
  readonly execute: Execute
  /** Refuses new statements, waits for the accepted ones and closes the connections. */
  close(): Promise<void>
}

/**
 * Distributes statements over the connections, one at a time on each: a second one would block a thread of the pool while it waits for the
 * connection. Statements that find none free wait in order.
 */
export function createReaders(connections: readonly SqliteConnection[]): Readers {
  const idle = [...connections]
  const waiting: ((connection: SqliteConnection) => void)[] = []
  let closed = false

  async function acquire(): Promise<SqliteConnection> {
    return idle.pop() ?? new Promise<SqliteConnection>(resolve => waiting.push(resolve))
  }

  function release(connection: SqliteConnection): void {
    const next = waiting.shift()
    if (next) next(connection)
    else idle.push(connection)
  }

  return {
    async execute(query) {
      if (closed) throw new Problem('database.unavailable', 'The database is closed.')
      const connection = await acquire()
      try {
        return await connection.execute(query)
      } finally {
        release(connection)
      }
    },
    async close() {
      closed = true
      for (const _ of connections) await (await acquire()).close()
    },
  }
}

/**
 * Ends a statement that takes longer than the limit.
 * @throws Problem `request.too-broad` in that case
 */
export function limited(connection: SqliteConnection, limitMs: number): SqliteConnection {
  return {
    ...connection,
    async execute(query) {
      const timer = setTimeout(connection.interrupt, limitMs)
      try {
        return await connection.execute(query)
      } catch (error) {
        throw sqliteCode(error) === 'SQLITE_INTERRUPT' ? tooBroad(error) : error
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { Problem } from '../../../src/problem.ts'
import { createUnit, type Scope, type Unit } from '../unit/unit.ts'
import { connect, send } from './client.ts'
import { isConnectionLost, isRetryable, postgresFailure } from './failures.ts'

/** After the first attempt. */
const RETRIES = 3

export interface UnitParts {
  readonly pool: pg.Pool
  readonly scope: Scope
  /** Tells the other processes, as part of the transaction. */
  readonly notify: (client: pg.ClientBase, topics: ReadonlySet<string>) => Promise<void>
  /** Told each changed topic once, after the commit. */
  readonly deliver: (topic: string) => void
}

/**
 * Units of work as transactions of PostgreSQL (READ COMMITTED). Only an attempt that certainly changed nothing is repeated; when the
 * connection breaks during `COMMIT` the outcome is unknown, and the caller is told `database.unavailable`.
 */
export function createUnits({ pool, scope, notify, deliver }: UnitParts): <T>(work: () => Promise<T>) => Promise<T> {
  async function attempt<T>({ client, unit, use }: Transaction, work: () => Promise<T>): Promise<T> {
    await use(() => control(client, 'BEGIN ISOLATION LEVEL READ COMMITTED'))
    const value = await scope.perform(unit, async () => {
      const result = await work()
      await unit.leftovers.finish()
      return result
    })
    await use(() => notify(client, unit.topics))
    try {
      await use(() => control(client, 'COMMIT'))
    } catch (error) {
      // It may have been committed. To forget what is cached does no harm, to keep it could.
      if (isConnectionLost(error)) for (const topic of unit.topics) deliver(topic)
      throw error
    }
    return value
  }

  async function once<T>(
    work: () => Promise<T>,
  ): Promise<{ readonly value: T } | { readonly error: unknown; readonly again: boolean }> {
    const transaction = await start(pool)
    const { client, unit } = transaction
    try {
      const value = await attempt(transaction, work)
      client.release()
      for (const topic of unit.topics) deliver(topic)
      return { value }
    } catch (error) {
      // A connection that does not answer would not answer ROLLBACK either; the server does it when the connection ends.
      if (!transaction.lost) await transaction.use(() => control(client, 'ROLLBACK')).catch(() => {})
      client.release(transaction.lost)
      return { error, again: isRetryable(unit.failure?.error ?? error) }
    }
  }

  return async work => {
    for (let retries = 0; ; retries++) {
      const outcome = await once(work)
      if ('value' in outcome) return outcome.value
      if (!outcome.again) throw outcome.error
      if (retries === RETRIES) throw new Problem('server.busy', undefined, { cause: outcome.error, retryAfter: 1 })
      // Whoever collided must not collide again in step.
      await pause(Math.random() * 20 * 2 ** retries)
    }
  }
}

interface Transaction {
  readonly client: pg.PoolClient
  readonly unit: Unit
  /** Set when the connection cannot be used any more. */
  readonly lost: boolean
  /** Wraps whatever is sent over the connection. */
  use<T>(query: () => Promise<T>): Promise<T>
}

async function start(pool: pg.Pool): Promise<Transaction> {
  const client = await connect(pool)
  let lost = false
  async function use<T>(query: () => Promise<T>): Promise<T> {
    try {
      return await query()
    } catch (error) {
      lost ||= isConnectionLost(error)
      throw error
    }
  }
  return {
    client,
    unit: createUnit(query => use(() => send(client, query))),
    use,
    get lost() {
      return lost
    },
  }
}

async function control(client: pg.ClientBase, statement: string): Promise<void> {
  try {
    const { command } = await client.query(statement)
    // What COMMIT answers in a transaction that has failed; `Unit.failure` reports the statement before it comes to this.
    if (statement === 'COMMIT' && command !== 'COMMIT')
      throw new Problem('database.unavailable', 'The transaction was rolled back.')
  } catch (error) {
    throw postgresFailure(error)
  }
}

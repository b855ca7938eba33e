import { AsyncLocalStorage } from 'node:async_hooks'
import type { CompiledQuery } from 'kysely'
import { Problem } from '../../../src/problem.ts'
import type { Execute, Rows } from '../database.ts'
import { createDeferred, type Deferred } from './deferred.ts'

/** A longer unit delays everyone who waits for the writer (SQLite) or for its locks (PostgreSQL). */
const UNIT_LIMIT_MS = 10_000

/** A running unit of work: its statements and its changed topics. */
export interface Unit {
  readonly execute: Execute
  readonly topics: Set<string>
  readonly deferred: Deferred
  /** False once its work has settled: later statements must not slip into the next unit on the same connection. */
  readonly active: boolean
  /** The first failed statement. PostgreSQL refuses everything after it in that transaction; on SQLite the same rule is enforced. */
  readonly failure: { readonly error: unknown } | undefined
  /** Refuses further statements and resolves when the one in flight, if any, has ended. */
  end(): Promise<void>
}

/**
 * `send` is called with one statement at a time, even if the work starts several at once. With `pipelined` it is called with each at once:
 * the connection runs and answers them in order, and itself refuses those after a failed one.
 */
export function createUnit(send: Execute, { pipelined = false } = {}): Unit {
  let active = true
  let failure: Unit['failure']
  let last: Promise<void> | undefined

  async function attempt(query: CompiledQuery): Promise<Rows> {
    if (!active) throw new Error('A query ran after its unit of work had ended; a promise was not awaited.')
    if (failure) throw failure.error
    try {
      return await send(query)
    } catch (error) {
      failure ??= { error }
      throw error
    }
  }

  function execute(query: CompiledQuery): Promise<Rows> {
    const result = last && !pipelined ? last.then(() => attempt(query)) : attempt(query)
    const over = () => {
      if (last === settled) last = undefined
    }
    const settled = result.then(over, over)
    last = settled
    return result
  }

  return {
    execute,
    topics: new Set(),
    deferred: createDeferred(),
    get active() {
      return active
    },
    get failure() {
      return failure
    },
    async end() {
      active = false
      await last
    },
  }
}

/** Knows, from the async context, in which unit of a database the caller is. */
export interface Scope {
  /** @throws Error inside a unit: on SQLite, with its one writer, it would wait for itself. */
  assertOutside(): void
  /** @throws Error outside a unit. */
  current(): Unit
  /**
   * Runs the work as the unit; afterwards the unit has ended and nothing of it is in flight.
   * @throws the error of the work; the first failed statement, even if the work caught it; Problem `database.unavailable` after the limit
   * (10 s).
   */
  perform<T>(unit: Unit, work: () => Promise<T>): Promise<T>
}

export function createScope(limitMs = UNIT_LIMIT_MS): Scope {
  const storage = new AsyncLocalStorage<Unit>()
  const find = () => {
    const unit = storage.getStore()
    return unit?.active ? unit : undefined
  }
  return {
    assertOutside() {
      if (find()) throw new Error('run and read must not be called inside run: use the stores that the unit of work was given.')
    },
    current() {
      const unit = find()
      if (!unit) throw new Error('Stores of a unit of work were used outside run, or after it.')
      return unit
    },
    async perform(unit, work) {
      try {
        const value = await withinLimit(
          limitMs,
          storage.run(unit, async () => work()),
        )
        await unit.end()
        if (unit.failure) throw unit.failure.error
        return value
      } finally {
        await unit.end()
      }
    },
  }
}

function withinLimit<T>(limitMs: number, work: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const late = () =>
      reject(new Problem('database.unavailable', 'A unit of work took too long and was undone.', { retryAfter: 1 }))
    const timer = setTimeout(late, limitMs)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

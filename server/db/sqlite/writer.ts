/**
 * Group commit. A commit costs one fsync, which takes far longer than the statements before it. So units of work that wait at the same time
 * share one transaction, in which each unit has its own savepoint. A unit that fails is rolled back to its savepoint alone. All callers are
 * informed together, after the commit is on the disk. This includes failed units: they could have failed because of what an earlier unit
 * wrote, and a caller that reads this before it retries must find it. Units never interleave.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { Problem } from '../../../src/problem.ts'
import { createDeferred } from '../unit/deferred.ts'
import { createUnit, type Scope, type Unit } from '../unit/unit.ts'
import type { SqliteConnection } from './connection.ts'
import { sqliteCode, sqliteFailure } from './failures.ts'

/** Limits of one batch: its first unit waits for all the others. */
const BATCH_UNITS = 64
const BATCH_MS = 20

const BEGIN = 'BEGIN IMMEDIATE; SAVEPOINT unit'
const KEEP = 'RELEASE unit'
const UNDO = 'ROLLBACK TO unit; RELEASE unit'
const NEXT = 'SAVEPOINT unit'
const ALL_SETTLED = 'SELECT 1'

export interface Writer {
  /** Resolves once the commit is durable. If nothing was applied, rejects with the error of the work, or the engine's `Problem`. */
  run<T>(work: () => Promise<T>): Promise<T>
  /** Set when the disk was full; cleared when there is space again. Writes are tried anyway. */
  full: boolean
  /** Waiting units, and the number of commits with the number of their units. */
  readonly figures: { readonly waiting: number; readonly commits: number; readonly units: number }
  /** The failure after which nothing more is written. */
  readonly broken: Problem | undefined
  /** Stops all writes until the next start, and rejects every caller with the reason. */
  fail(problem: Problem): void
  /** Refuses new units; resolves when the accepted ones have ended. */
  close(): Promise<void>
}

interface Job {
  /** Does the work; it resolves with a function that informs the caller, and is called after the commit. */
  perform(unit: Unit): Promise<() => void>
  reject(error: unknown): void
}

/** A unit whose statements are done and that is not committed yet. */
interface Pending {
  readonly job: Job
  readonly unit: Unit
  readonly acknowledge: () => void
}

/** A unit that failed and was rolled back. */
interface Refused {
  readonly job: Job
  readonly error: unknown
  /** The engine's error for its statement, if there was one. */
  readonly cause: unknown
}

/** The transaction ended without a reason from the engine. */
function lost(cause: unknown): Problem {
  return new Problem('database.unavailable', undefined, { cause, retryAfter: 1 })
}

/** A database that can no longer be written to. */
export function diskFailed(cause: unknown): Problem {
  return new Problem('database.unavailable', 'The disk has failed; restart the server.', { cause })
}

export interface WriterParts {
  readonly connection: SqliteConnection
  readonly scope: Scope
  /** Called with each changed topic once, after the commit and before the units are acknowledged. */
  readonly deliver: (topic: string) => void
  /** Called for each commit. */
  readonly committed: () => void
}

export function createWriter({ connection, scope, deliver, committed }: WriterParts): Writer {
  // The loop belongs to no caller: without this it would run in the async context of the caller that found the writer idle.
  const inRoot = AsyncLocalStorage.snapshot()
  const waiting: Job[] = []
  let working: Promise<void> | undefined
  let closed = false
  let full = false
  let commits = 0
  let units = 0
  let broken: Problem | undefined

  function run<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (closed) return reject(new Problem('database.unavailable', 'The database is closed.'))
      if (broken) return reject(broken)
      const inCaller = AsyncLocalStorage.snapshot()
      const perform = async (unit: Unit) => {
        const value = await inCaller(() => scope.perform(unit, work))
        return () => resolve(value)
      }
      waiting.push({ perform, reject })
      working ??= inRoot(drain)
    })
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0) await batch()
    working = undefined
  }

  async function batch(): Promise<void> {
    const pending: Pending[] = []
    const refused: Refused[] = []
    const end = performance.now() + BATCH_MS
    let begun = false
    try {
      await connection.exec(BEGIN)
      begun = true
      for (let more = true, count = 1; more; count++) {
        const done = await attempt(waiting.shift(), refused)
        if (done) pending.push(done)
        more = waiting.length > 0 && count < BATCH_UNITS && performance.now() < end
        const settle = done ? KEEP : UNDO
        if (more) await connection.exec(`${settle}; ${NEXT}`)
        else await finish(pending, settle)
      }
    } catch (error) {
      // No unit caused the engine's error here; an earlier error of a statement is more informative.
      const problem =
        [error, ...refused.map(({ cause }) => cause)].map(sqliteFailure).find(it => it instanceof Problem) ?? lost(error)
      if (sqliteCode(problem) === 'SQLITE_FULL') full = true
      await connection.exec('ROLLBACK').catch(() => {})
      const hopeless = broken || !begun ? waiting.splice(0) : []
      for (const job of [...pending.map(it => it.job), ...hopeless]) job.reject(problem)
      for (const { job, error: own } of refused) job.reject(own)
      return
    }
    if (pending.length > 0) commits++
    units += pending.length
    for (const topic of new Set(pending.flatMap(({ unit }) => [...unit.topics]))) deliver(topic)
    for (const { acknowledge } of pending) acknowledge()
    for (const { job, error } of refused) job.reject(error)
    committed()
  }

  async function attempt(job: Job | undefined, refused: Refused[]): Promise<Pending | undefined> {
    if (!job) return undefined
    const unit = createUnit(connection.execute)
    try {
      const acknowledge = await job.perform(unit)
      return { job, unit, acknowledge }
    } catch (error) {
      const cause = unit.failure?.error
      if (sqliteCode(cause) === 'SQLITE_FULL') full = true
      refused.push({ job, error, cause })
      return undefined
    }
  }

  /** Does the deferred work of all units together, and commits. */
  async function finish(pending: readonly Pending[], settle: string): Promise<void> {
    const deferred = createDeferred()
    for (const { unit } of pending) deferred.merge(unit.deferred)
    if (deferred.empty) return commit(settle)
    // In the savepoint of the last unit, if that is kept: whatever fails here undoes the whole batch anyway.
    if (settle === UNDO) await connection.exec(UNDO)
    await scope.perform(createUnit(connection.execute), deferred.finish)
    await commit(settle === UNDO ? ALL_SETTLED : KEEP)
  }

  /**
   * After a failed fsync the content of the disk is unknown, and a retry can succeed by merely not noticing (the kernel has dropped the
   * pages). So nothing more is written until the next start has checked the file.
   */
  async function commit(settle: string): Promise<void> {
    try {
      await connection.exec(`${settle}; COMMIT`)
    } catch (error) {
      if (sqliteCode(error) === 'SQLITE_IOERR') fail(diskFailed(error))
      throw broken ?? error
    }
  }

  function fail(problem: Problem): void {
    broken ??= problem
  }

  return {
    run,
    fail,
    get full() {
      return full
    },
    set full(value) {
      full = value
    },
    get broken() {
      return broken
    },
    get figures() {
      return { waiting: waiting.length, commits, units }
    },
    async close() {
      closed = true
      await working
    },
  }
}

/**
 * Group commit. A commit costs one fsync, and during it the head of the organisation's audit chain is locked. So units of work that wait at
 * the same time share transactions (READ COMMITTED), each unit in its own savepoint. Only an attempt that certainly changed nothing is
 * repeated. If the connection breaks during `COMMIT`, the outcome is unknown, and the callers get `database.unavailable`.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { Problem } from '../../../src/problem.ts'
import { type Again, type BatchParts, type Job, runBatch } from './batch.ts'

/** After the first attempt. */
const RETRIES = 3

/** Concurrent transactions: one commits while the units of others run. Half of the connections are left for reads. */
const LANES = 4

/** The maximum number of units in one transaction: the first of them waits for all the others. */
const BATCH_UNITS = 32

export interface Units {
  run<T>(work: () => Promise<T>): Promise<T>
  /** Waiting units, and the number of commits with the number of their units. */
  figures(): { readonly waiting: number; readonly commits: number; readonly units: number }
}

export function createUnits(given: Omit<BatchParts, 'committed'>): Units {
  let commits = 0
  let units = 0
  const committed = (count: number) => {
    if (count > 0) commits++
    units += count
  }
  const parts = { ...given, committed }
  const most = Math.max(1, Math.min(LANES, Math.floor(parts.pool.options.max / 2)))
  // A lane belongs to no caller: otherwise it would run in the async context of the caller that found it idle.
  const inRoot = AsyncLocalStorage.snapshot()
  const waiting: Job[] = []
  let lanes = 0

  function enqueue(job: Job): void {
    waiting.push(job)
    if (lanes < most) void inRoot(lane)
  }

  async function lane(): Promise<void> {
    lanes++
    while (waiting.length > 0) for (const again of await runBatch(parts, fromQueue())) void repeat(again)
    lanes--
  }

  /** The next jobs for one transaction: one that must be alone, or several others. */
  function fromQueue(): () => Job | undefined {
    let count = 0
    return () => {
      const [job] = waiting
      if (!job || count === BATCH_UNITS || (job.isAlone && count > 0)) return undefined
      count++
      return waiting.shift()
    }
  }

  async function repeat({ job, lostRace }: Again): Promise<void> {
    const lost = lostRace ? job.lost + 1 : job.lost
    if (lost > RETRIES) return job.reject(new Problem('server.busy', undefined, { retryAfter: 1 }))
    // Colliding units must not collide again in the same rhythm.
    if (lostRace) await pause(Math.random() * 20 * 2 ** job.lost)
    enqueue({ ...job, lost, isAlone: true })
  }

  const run = <T>(work: () => Promise<T>) =>
    new Promise<T>((resolve, reject) => {
      const inCaller = AsyncLocalStorage.snapshot()
      enqueue({
        async perform(unit) {
          const value = await inCaller(() => parts.scope.perform(unit, work))
          return () => resolve(value)
        },
        reject,
        lost: 0,
        isAlone: false,
      })
    })

  return { run, figures: () => ({ waiting: waiting.length, commits, units }) }
}

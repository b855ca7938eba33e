import type pg from 'pg'
import { createDeferred } from '../unit/deferred.ts'
import { createUnit, type Scope, type Unit } from '../unit/unit.ts'
import { isConnectionLost, isLockTimeout, isRetryable } from './failures.ts'
import { beginTransaction, type Transaction } from './transaction.ts'

/** A unit of work with its waiting caller. */
export interface Job {
  /** Does the work; it resolves with a function that informs the caller, and is called after the commit. */
  perform(unit: Unit): Promise<() => void>
  reject(error: unknown): void
  /** The number of races that it has lost. */
  readonly lost: number
  /** Whether it must have a separate transaction. */
  readonly isAlone: boolean
}

/** A job that continues in another transaction. */
export interface Again {
  readonly job: Job
  readonly lostRace: boolean
}

export interface BatchParts {
  readonly pool: pg.Pool
  readonly scope: Scope
  /** Notifies the other processes, as part of the transaction. */
  readonly notify: (client: pg.ClientBase, topics: ReadonlySet<string>) => Promise<void>
  /** Called with each changed topic once, after the commit. */
  readonly deliver: (topic: string) => void
  /** Called for each commit, with the number of its units. */
  readonly committed: (units: number) => void
}

/** The longest time in which a transaction accepts further units. */
const BATCH_MS = 20

/**
 * A later unit holds the locks of earlier ones while it waits for one, so two transactions could deadlock. It waits this long, and then
 * continues in a separate transaction.
 */
const LOCK_MS = 50

const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED; SAVEPOINT unit'
const KEEP = 'RELEASE SAVEPOINT unit'
const UNDO = 'ROLLBACK TO SAVEPOINT unit; RELEASE SAVEPOINT unit'
const NEXT = `SET LOCAL lock_timeout = ${LOCK_MS}; SAVEPOINT unit`
const LAST = 'SET LOCAL lock_timeout TO DEFAULT'

/** An error within a transaction, in which every later statement fails. */
const PIPELINED = { pipelined: true }

interface Done {
  readonly job: Job
  readonly unit: Unit
  /** Informs the caller; undefined if the job must continue in another transaction. */
  readonly tell: (() => void) | undefined
  readonly isKept: boolean
  readonly lostRace: boolean
}

/**
 * Takes jobs with `next` until there is none, does each within a savepoint, and commits them together. Returns the jobs that must run
 * again.
 */
export async function runBatch(parts: BatchParts, next: () => Job | undefined): Promise<readonly Again[]> {
  const taken: Job[] = []
  const take = () => {
    const job = next()
    if (job) taken.push(job)
    return job
  }
  const first = take()
  if (!first) return []
  try {
    const transaction = await beginTransaction(parts.pool, BEGIN)
    const outcome = await inTransaction(parts, transaction, first, take)
    if ('done' in outcome) return settle(outcome.done, outcome.topics, parts.deliver)
    return goAgain(taken, outcome.error, transaction.lost)
  } catch (error) {
    for (const job of taken) job.reject(error)
    return []
  }
}

type Outcome = { readonly done: readonly Done[]; readonly topics: ReadonlySet<string> } | { readonly error: unknown }

async function inTransaction(
  parts: BatchParts,
  transaction: Transaction,
  first: Job,
  take: () => Job | undefined,
): Promise<Outcome> {
  const { client, control } = transaction
  try {
    const done = await perform(transaction, first, take)
    const topics = await finish(parts, transaction, done)
    await commit(parts, transaction, topics)
    parts.committed(done.filter(({ isKept }) => isKept).length)
    client.release()
    return { done, topics }
  } catch (error) {
    // A connection that does not answer would not answer ROLLBACK either; the server rolls back when the connection ends.
    if (!transaction.lost) await control('ROLLBACK').catch(() => {})
    client.release(transaction.lost)
    return { error: transaction.failure?.error ?? error }
  }
}

/** Each job has its own savepoint: a failure rolls back only that job. */
async function perform(transaction: Transaction, first: Job, take: () => Job | undefined): Promise<Done[]> {
  const done: Done[] = []
  const end = performance.now() + BATCH_MS
  for (let job: Job | undefined = first; job; ) {
    const outcome = await attempt(transaction, job, done.length > 0)
    done.push(outcome)
    const settled: string = outcome.isKept ? KEEP : UNDO
    job = !job.isAlone && performance.now() < end ? take() : undefined
    transaction.controlOnly(`${settled}; ${job ? NEXT : LAST}`)
  }
  return done
}

async function attempt(transaction: Transaction, job: Job, isBehindOthers: boolean): Promise<Done> {
  const unit = createUnit(transaction.execute, PIPELINED)
  try {
    return { job, unit, tell: await job.perform(unit), isKept: true, lostRace: false }
  } catch (error) {
    const cause = unit.failure?.error ?? error
    if (transaction.lost || transaction.failure) throw cause
    const lostRace = isRetryable(cause)
    const goesAgain = lostRace || (isBehindOthers && isLockTimeout(cause))
    return { job, unit, tell: goesAgain ? undefined : () => job.reject(error), isKept: false, lostRace }
  }
}

/** Does the deferred work of all units together. Returns the changed topics. */
async function finish({ scope, notify }: BatchParts, transaction: Transaction, done: readonly Done[]): Promise<Set<string>> {
  const deferred = createDeferred()
  const topics = new Set<string>()
  for (const { unit, isKept } of done) {
    if (!isKept) continue
    deferred.merge(unit.deferred)
    for (const topic of unit.topics) topics.add(topic)
  }
  // This comes first, because from here on others wait for the deferred work.
  transaction.sendOnly(client => notify(client, topics))
  if (!deferred.empty) await scope.perform(createUnit(transaction.execute, PIPELINED), deferred.finish)
  return topics
}

async function commit({ deliver }: BatchParts, { control }: Transaction, topics: ReadonlySet<string>): Promise<void> {
  try {
    await control('COMMIT')
  } catch (error) {
    // It could have been committed. Clearing the caches is harmless; keeping them might not be.
    if (isConnectionLost(error)) {
      for (const topic of topics) deliver(topic)
      throw new CommitLost(error)
    }
    throw error
  }
}

/** The connection broke during COMMIT: the outcome is unknown, so nothing may be repeated. */
class CommitLost extends Error {
  constructor(cause: unknown) {
    super('The connection was lost during COMMIT.', { cause })
  }
}

function settle(done: readonly Done[], topics: ReadonlySet<string>, deliver: (topic: string) => void): Again[] {
  for (const topic of topics) deliver(topic)
  for (const { tell } of done) tell?.()
  return done.filter(({ tell }) => !tell).map(({ job, lostRace }) => ({ job, lostRace }))
}

/** Nothing of the transaction was applied, or its outcome is unknown. One of several jobs could have caused it, so each continues alone. */
function goAgain(jobs: readonly Job[], error: unknown, isLost: boolean): Again[] {
  const cause = error instanceof CommitLost ? error.cause : error
  const lostRace = isRetryable(cause)
  if (error instanceof CommitLost || (!lostRace && (isLost || jobs.length === 1))) {
    for (const job of jobs) job.reject(cause)
    return []
  }
  return jobs.map(job => ({ job, lostRace }))
}

import type pg from 'pg'
import { Problem } from '../../../src/problem.ts'
import { createDeferred } from '../unit/deferred.ts'
import { createUnit, type Scope, type Unit } from '../unit/unit.ts'
import { connect, send } from './client.ts'
import { isConnectionLost, isLockTimeout, isRetryable, postgresFailure } from './failures.ts'

/** A unit of work that somebody waits for. */
export interface Job {
  /** Does the work; it resolves with a function that informs the caller, and is called after the commit. */
  perform(unit: Unit): Promise<() => void>
  reject(error: unknown): void
  /** Races that it lost so far. */
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

/** Longest that a transaction takes on further units. */
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

interface Done {
  readonly job: Job
  readonly unit: Unit
  /** Informs the caller; undefined if the job must continue in another transaction. */
  readonly tell: (() => void) | undefined
  readonly isKept: boolean
  readonly lostRace: boolean
}

/**
 * Takes jobs with `next` until there is none, does each within a savepoint, and commits them together. Returns those that must run again.
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
    const transaction = await start(parts.pool)
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
    // A connection that does not answer would not answer ROLLBACK either; the server does it when the connection ends.
    if (!transaction.lost) await control('ROLLBACK').catch(() => {})
    client.release(transaction.lost)
    return { error }
  }
}

/** Each job has its own savepoint: a failure rolls back only that job. */
async function perform(transaction: Transaction, first: Job, take: () => Job | undefined): Promise<Done[]> {
  const done: Done[] = []
  const end = performance.now() + BATCH_MS
  await transaction.control(BEGIN)
  for (let job: Job | undefined = first; job; ) {
    const outcome = await attempt(transaction, job, done.length > 0)
    done.push(outcome)
    const settled: string = outcome.isKept ? KEEP : UNDO
    job = !job.isAlone && performance.now() < end ? take() : undefined
    await transaction.control(`${settled}; ${job ? NEXT : LAST}`)
  }
  return done
}

async function attempt(transaction: Transaction, job: Job, isBehindOthers: boolean): Promise<Done> {
  const unit = createUnit(query => transaction.use(() => send(transaction.client, query)))
  try {
    return { job, unit, tell: await job.perform(unit), isKept: true, lostRace: false }
  } catch (error) {
    const cause = unit.failure?.error ?? error
    if (transaction.lost) throw cause
    const lostRace = isRetryable(cause)
    const goesAgain = lostRace || (isBehindOthers && isLockTimeout(cause))
    return { job, unit, tell: goesAgain ? undefined : () => job.reject(error), isKept: false, lostRace }
  }
}

/** Does the deferred work of all units together. Returns the changed topics. */
async function finish({ scope, notify }: BatchParts, { client, use }: Transaction, done: readonly Done[]): Promise<Set<string>> {
  const deferred = createDeferred()
  const topics = new Set<string>()
  for (const { unit, isKept } of done) {
    if (!isKept) continue
    deferred.merge(unit.deferred)
    for (const topic of unit.topics) topics.add(topic)
  }
  // First, because others wait from here on for the deferred work.
  await use(() => notify(client, topics))
  if (!deferred.empty)
    await scope.perform(
      createUnit(query => use(() => send(client, query))),
      deferred.finish,
    )
  return topics
}

async function commit({ deliver }: BatchParts, { control }: Transaction, topics: ReadonlySet<string>): Promise<void> {
  try {
    await control('COMMIT')
  } catch (error) {
    // It may have been committed. Clearing the caches is harmless; keeping them might not be.
    if (isConnectionLost(error)) {
      for (const topic of topics) deliver(topic)
      throw new CommitLost(error)
    }
    throw error
  }
}

/** The connection broke during COMMIT: the outcome is unknown, so nothing may be done again. */
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

/** Nothing of the transaction was applied, or its outcome is unknown. One of several jobs may have caused it, so each continues alone. */
function goAgain(jobs: readonly Job[], error: unknown, isLost: boolean): Again[] {
  const cause = error instanceof CommitLost ? error.cause : error
  const lostRace = isRetryable(cause)
  if (error instanceof CommitLost || (!lostRace && (isLost || jobs.length === 1))) {
    for (const job of jobs) job.reject(cause)
    return []
  }
  return jobs.map(job => ({ job, lostRace }))
}

interface Transaction {
  readonly client: pg.PoolClient
  /** Set when the connection cannot be used any more. */
  readonly lost: boolean
  /** Wraps whatever is sent over the connection. */
  use<T>(query: () => Promise<T>): Promise<T>
  /** Statements without parameters or results, in one message. */
  control(statements: string): Promise<void>
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
    use,
    control: statements => use(() => control(client, statements)),
    get lost() {
      return lost
    },
  }
}

async function control(client: pg.ClientBase, statements: string): Promise<void> {
  try {
    const { command } = await client.query(statements)
    // What COMMIT answers in a transaction that has failed; `Unit.failure` reports the statement before it comes to this.
    if (statements === 'COMMIT' && command !== 'COMMIT')
      throw new Problem('database.unavailable', 'The transaction was rolled back.')
  } catch (error) {
    throw postgresFailure(error)
  }
}

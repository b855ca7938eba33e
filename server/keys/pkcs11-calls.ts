import { Problem } from '../../src/problem.ts'
import { problemOfFailure, unavailable } from './pkcs11-problems.ts'
import { monotonicMs, type Operation, type Outcome, type Request } from './pkcs11-protocol.ts'

/** Requests in one message: few enough that the first answers come soon. */
const BATCH = 64
/** Requests that the worker may have at once: the next batch waits in its pipe while it works on one. */
const WINDOW = 2 * BATCH
/** Callers that may wait. More would only time out. */
const QUEUE_LIMIT = 20_000

interface Call {
  readonly request: Request
  readonly timer: NodeJS.Timeout
  settle(result: Uint8Array | null | Problem): void
}

/** The calls in flight to one worker after another. */
export interface Calls {
  /** @throws Problem what the worker says of the operation; `keys.unavailable` after the deadline; `server.busy` when too many wait. */
  call(operation: Operation): Promise<Uint8Array | null>
  /** What the worker has answered. */
  answer(outcomes: readonly Outcome[]): void
  /** Fails everything that waits: the worker is gone, or does not answer. */
  fail(problem: Problem): void
  /** A new worker: it owes nothing. */
  reset(): void
}

/**
 * @param post sends one batch; all calls of one tick go together.
 * @param late is told of each call that the worker had and did not answer in time.
 */
export function createCalls(deadlineMs: number, post: (requests: readonly Request[]) => void, late: () => void): Calls {
  const calls = new Map<number, Call>()
  let waiting: Call[] = []
  let owed = 0
  let lastId = 0
  let scheduled = false

  const flush = (): void => {
    scheduled = false
    while (waiting.length > 0 && owed < WINDOW) {
      const batch = waiting.splice(0, Math.min(BATCH, WINDOW - owed)).filter(({ request }) => calls.has(request.id))
      owed += batch.length
      if (batch.length > 0) post(batch.map(({ request }) => request))
    }
  }

  const schedule = (): void => {
    if (scheduled) return
    scheduled = true
    queueMicrotask(flush)
  }

  const expire = (id: number): void => {
    const call = calls.get(id)
    if (!call) return
    call.settle(unavailable(1))
    if (!waiting.includes(call)) late()
  }

  return {
    call(operation) {
      if (waiting.length >= QUEUE_LIMIT) return Promise.reject(new Problem('server.busy', undefined, { retryAfter: 1 }))
      return new Promise((resolve, reject) => {
        const id = ++lastId
        // After the deadline the answer may lie unread in the pipe, if it was this process that was busy: look there first.
        const timer = setTimeout(() => setImmediate(expire, id), deadlineMs)
        const settle = (result: Uint8Array | null | Problem): void => {
          clearTimeout(timer)
          calls.delete(id)
          if (result instanceof Problem) reject(result)
          else resolve(result)
        }
        const call = { request: { id, expires: monotonicMs() + deadlineMs, operation }, timer, settle }
        calls.set(id, call)
        waiting.push(call)
        schedule()
      })
    },
    answer(outcomes) {
      for (const outcome of outcomes) {
        owed--
        const failed = 'fault' in outcome
        const data = failed || outcome.data === null ? null : Uint8Array.from(outcome.data)
        if (!failed) outcome.data?.fill(0)
        const call = calls.get(outcome.id)
        if (call) call.settle(failed ? problemOfFailure(outcome) : data)
        else data?.fill(0)
      }
      schedule()
    },
    fail(problem) {
      for (const call of [...calls.values()]) call.settle(problem)
      waiting = []
    },
    reset() {
      owed = 0
    },
  }
}

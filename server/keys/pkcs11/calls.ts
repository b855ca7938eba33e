import { Problem } from '../../../src/problem.ts'
import { problemOfFailure, unavailable } from './problems.ts'
import { monotonicMs, type Operation, type Outcome, type Request } from './wire/protocol.ts'

/** Requests in one message: few enough that the first answers come soon. */
const BATCH = 64
/** The number of requests that the worker can have at once: the next batch waits in its pipe while it works on one. */
const WINDOW = 2 * BATCH
/** The maximum number of waiting callers. More would only time out. */
const QUEUE_LIMIT = 20_000

interface Call {
  readonly request: Request
  /** The request was sent to the worker. */
  sent: boolean
  settle(result: Uint8Array | null | Problem): void
}

/** The calls in flight, to one worker after another. */
export interface Calls {
  /** @throws Problem the worker's error for the operation; `keys.unavailable` after the deadline; `server.busy` if too many are waiting */
  call(operation: Operation): Promise<Uint8Array | null>
  /** The worker's replies. Each caller gets the original bytes, and wipes them if they are a key. */
  answer(outcomes: readonly Outcome[]): void
  /** Fails all waiting calls: the worker is gone, or does not answer. */
  fail(problem: Problem): void
  /** A new worker, without pending calls. */
  reset(): void
}

/**
 * @param post sends one batch; all calls of one tick go together.
 * @param late called for each call that the worker received and did not answer in time
 */
export function createCalls(deadlineMs: number, post: (requests: readonly Request[]) => void, late: () => void): Calls {
  const calls = new Map<number, Call>()
  let waiting: Call[] = []
  let owed = 0
  let lastId = 0
  let scheduled = false
  let timer: NodeJS.Timeout | undefined

  const flush = (): void => {
    scheduled = false
    while (waiting.length > 0 && owed < WINDOW) {
      const batch = waiting.splice(0, Math.min(BATCH, WINDOW - owed)).filter(({ request }) => calls.has(request.id))
      owed += batch.length
      for (const call of batch) call.sent = true
      if (batch.length > 0) post(batch.map(({ request }) => request))
    }
  }

  const schedule = (): void => {
    if (scheduled) return
    scheduled = true
    queueMicrotask(flush)
  }

  /** One timer for all: their deadlines are in the order of the calls. */
  const watch = (): void => {
    if (timer) return
    const [first] = calls.values()
    if (!first) return
    timer = setTimeout(
      () => {
        timer = undefined
        // If this process was busy, the answers could be unread in the pipe, so that is checked first.
        setImmediate(expire, monotonicMs())
      },
      Math.max(1, Math.ceil(first.request.expires - monotonicMs())),
    )
    // The pipe keeps the process alive for waiting callers.
    timer.unref()
  }

  const expire = (now: number): void => {
    for (const call of calls.values()) {
      if (call.request.expires > now) break
      call.settle(unavailable(1))
      if (call.sent) late()
    }
    watch()
  }

  return {
    call(operation) {
      if (waiting.length >= QUEUE_LIMIT) return Promise.reject(new Problem('server.busy', undefined, { retryAfter: 1 }))
      return new Promise((resolve, reject) => {
        const id = ++lastId
        const settle = (result: Uint8Array | null | Problem): void => {
          calls.delete(id)
          if (result instanceof Problem) reject(result)
          else resolve(result)
        }
        const call = { request: { id, expires: monotonicMs() + deadlineMs, operation }, sent: false, settle }
        calls.set(id, call)
        waiting.push(call)
        watch()
        schedule()
      })
    },
    answer(outcomes) {
      for (const outcome of outcomes) {
        owed--
        const call = calls.get(outcome.id)
        if ('fault' in outcome) call?.settle(problemOfFailure(outcome))
        else if (call) call.settle(outcome.data)
        else outcome.data?.fill(0)
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

import { Problem } from '../../../../src/problem.ts'

interface Waiter {
  resolve(): void
  reject(error: Problem): void
}

export interface FairQueue {
  /**
   * Runs a task in the turn of `from`.
   * @throws Problem `server.busy` when there is no room to wait
   */
  <T>(from: string, task: () => Promise<T>): Promise<T>
  /** The number of waiting tasks. */
  readonly waiting: () => number
}

/**
 * Runs at most `workers` tasks at once and queues at most `maxWaiting`. It alternates between addresses, and when the queue is full, the
 * newest task of the longest line is refused: one address can fill the queue only while nobody else needs it.
 */
export function fairQueue({ workers, maxWaiting }: { workers: number; maxWaiting: number }): FairQueue {
  /** By address; the next address in turn comes first. */
  const lines = new Map<string, Waiter[]>()
  let running = 0
  let waiting = 0

  function makeRoom(from: string): void {
    const longest = [...lines.values()].reduce((one, other) => (other.length > one.length ? other : one))
    if (longest.length <= (lines.get(from)?.length ?? 0) + 1) throw busy()
    longest.pop()?.reject(busy())
    waiting--
  }

  function turn(from: string): Promise<void> {
    if (waiting >= maxWaiting) makeRoom(from)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    lines.set(from, [...(lines.get(from) ?? []), { resolve, reject }])
    waiting++
    return promise
  }

  function next(): void {
    const [first] = lines
    if (!first) {
      running--
      return
    }
    const [from, [waiter, ...rest]] = first
    lines.delete(from)
    if (rest.length > 0) lines.set(from, rest)
    waiting--
    waiter?.resolve()
  }

  async function run<T>(from: string, task: () => Promise<T>): Promise<T> {
    if (running >= workers) await turn(from)
    else running++
    try {
      return await task()
    } finally {
      next()
    }
  }
  return Object.assign(run, { waiting: () => waiting })
}

function busy(): Problem {
  return new Problem('server.busy', 'Too many sign-ins at once; try again in a moment.', { retryAfter: 2 })
}

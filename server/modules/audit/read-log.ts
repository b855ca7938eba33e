import { setImmediate as turn } from 'node:timers/promises'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import type { NewEvent } from '../../policy/event.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'

export interface ReadLog {
  /**
   * Resolves when the events are committed. Rejects when they are not: the caller then reveals nothing.
   * @throws Problem `server.busy` when too many are already waiting
   */
  record(events: readonly NewEvent[]): Promise<void>
  /** For attempts that revealed nothing: never waits, never throws. A flood drops the oldest and counts them. */
  recordLater(event: NewEvent): void
  /** The number of events of `recordLater` that were lost since the start. */
  dropped(): number
  /** The number of events that wait for their commit, the number of commits, and the number of committed events. */
  figures(): { readonly waiting: number; readonly commits: number; readonly events: number; readonly dropped: number }
  /** Resolves when nothing is waiting. Events that cannot be committed then are dropped. */
  drain(): Promise<void>
}

interface Waiting {
  readonly events: readonly NewEvent[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** The maximum number of events in one transaction, unless a single caller brings more. */
const BATCH = 512
/** The maximum number of events of waiting callers. Beyond that the sink is blocked, and a quick refusal is better than a long wait. */
const MAX_WAITING = 20_000
const MAX_LATER = 2000
const RETRY_MS = 1000

/**
 * Group commit: all events that arrive during one transaction go into the next one, so that durability costs one commit for many readers.
 */
export function readLog({ database, clock }: { database: Database<{ audit: AuditStore }>; clock: () => number }): ReadLog {
  let waiting: Waiting[] = []
  let waitingEvents = 0
  let later: NewEvent[] = []
  let lost = 0
  let commits = 0
  let committed = 0
  let busy = false
  let round: Promise<void> | undefined
  let retry: NodeJS.Timeout | undefined
  let closing = false

  /** Deferred: requests that arrived together reach this point one after the other, and are committed together. */
  function start(): void {
    if (busy) return
    busy = true
    round = turn().then(repeat)
  }

  /** `busy` is cleared in the same tick in which nothing was waiting, so a later caller must start again. */
  async function repeat(): Promise<void> {
    while (waiting.length > 0 || (later.length > 0 && !retry)) await commit(takeWaiting())
    busy = false
  }

  /** The callers that waited longest, at least one. */
  function takeWaiting(): Waiting[] {
    let events = 0
    const enough = waiting.findIndex(({ events: own }, index) => {
      events += own.length
      return index > 0 && events > BATCH
    })
    const taken = enough < 0 ? waiting : waiting.slice(0, enough)
    waiting = enough < 0 ? [] : waiting.slice(enough)
    return taken
  }

  async function commit(callers: readonly Waiting[]): Promise<void> {
    const events = callers.flatMap(caller => caller.events)
    waitingEvents -= events.length
    const also = later.splice(0, Math.max(0, BATCH - events.length))
    try {
      await database.run(({ audit }) => audit.append([...events, ...also], clock()))
      commits++
      committed += events.length + also.length
      for (const caller of callers) caller.resolve()
    } catch (error) {
      for (const caller of callers) caller.reject(error)
      later = [...also, ...later]
      forgetOldest()
      if (later.length > 0) pause()
    }
  }

  /** Pauses the background commits for a while; callers of `record` still try at once. */
  function pause(): void {
    if (closing) {
      lost += later.length
      later = []
      return
    }
    retry ??= setTimeout(() => {
      retry = undefined
      start()
    }, RETRY_MS).unref()
  }

  function forgetOldest(): void {
    const excess = later.length - MAX_LATER
    if (excess <= 0) return
    later.splice(0, excess)
    lost += excess
  }

  return {
    async record(events) {
      if (events.length === 0) return
      if (waitingEvents >= MAX_WAITING) {
        throw new Problem('server.busy', 'The audit log cannot keep up; no value was revealed. Try again.', { retryAfter: 1 })
      }
      await new Promise<void>((resolve, reject) => {
        waiting.push({ events, resolve, reject })
        waitingEvents += events.length
        start()
      })
    },

    recordLater(event) {
      later.push(event)
      forgetOldest()
      start()
    },

    dropped: () => lost,

    figures: () => ({ waiting: waitingEvents + later.length, commits, events: committed, dropped: lost }),

    async drain() {
      closing = true
      clearTimeout(retry)
      retry = undefined
      if (waiting.length > 0 || later.length > 0) start()
      await round
    },
  }
}

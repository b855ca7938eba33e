import type { Database } from '../../db/database.ts'
import { eventId, type PeriodUsage, type ShareUsage, type UsageEvent, type UsageStore } from '../../stores/billing/usage.ts'
import { dayOf, monthOf, nextMonth, startOfMonth } from './periods.ts'

/** A request that was answered. */
export interface Answered extends Omit<UsageEvent, 'id'> {
  /** Whether it counts: it does now, the month has it already, or it was refused for want of payment and does not. */
  readonly counts: 'now' | 'already' | 'never'
}

export interface TallyDeps {
  readonly database: Database<{ usage: UsageStore }>
  readonly clock: () => number
  /** Told of a batch that could not be written; it is tried again. */
  readonly failed?: (error: unknown) => void
}

export type Tally = ReturnType<typeof usageTally>

const FLUSH_MS = 1000
/** Events of one transaction. */
const BATCH = 512
/** Kept while they cannot be written; beyond that the oldest are lost, and counted as lost. */
const MAX_WAITING = 100_000
const MAX_ORGS = 10_000

/**
 * Counts requests in memory and writes them down about once a second, many in one transaction: counting must cost a request next to
 * nothing. A process that is killed loses what it has not written; what was let in against a limit has been counted before.
 */
export function usageTally({ database, clock, failed = () => {} }: TallyDeps) {
  let waiting: Answered[] = []
  let lost = 0
  let isClosed = false
  let isFailing = false
  let timer: NodeJS.Timeout | undefined
  let round: Promise<void> | undefined
  let month = { from: 0, to: 0 }
  /** Requests of this month by organisation: as last read or written, and since. */
  const used = new Map<string, { known: number; since: number }>()

  function atHand(orgId: string): { known: number; since: number } | undefined {
    const now = clock()
    if (now < month.from || now >= month.to) {
      used.clear()
      month = { from: startOfMonth(now), to: nextMonth(now) }
    }
    return used.get(orgId)
  }

  function know(orgId: string, known: number): number {
    if (used.size >= MAX_ORGS) used.clear()
    const since = waiting.reduce((sum, event) => (event.orgId === orgId && event.counts === 'now' ? sum + 1 : sum), 0)
    used.set(orgId, { known, since })
    return known + since
  }

  /** What comes while it writes waits for the next time: many small transactions would cost more than a few large ones. */
  function begin(): void {
    clearTimeout(timer)
    timer = undefined
    round ??= write(waiting.length).then(() => {
      round = undefined
      if (waiting.length > 0) later()
    })
  }

  /** At once where many wait; after a failure only in a while. */
  function later(): void {
    if (isClosed) return
    if (waiting.length >= BATCH && !round && !isFailing) begin()
    else timer ??= setTimeout(begin, FLUSH_MS).unref()
  }

  /** Resolves when all that was recorded before is written, or cannot be. */
  async function flush(): Promise<void> {
    await round
    if (waiting.length > 0) begin()
    await round
  }

  /** The oldest `count`, or as many as can be written. */
  async function write(count: number): Promise<void> {
    for (let left = count; left > 0; left -= BATCH) {
      const batch = waiting.slice(0, Math.min(left, BATCH))
      try {
        const months = await database.run(({ usage }) => writeBatch(usage, batch))
        waiting = waiting.slice(batch.length)
        for (const { orgId, period, requests } of months) if (period === monthOf(clock())) know(orgId, requests)
      } catch (error) {
        isFailing = true
        failed(error)
        return
      }
      isFailing = false
    }
  }

  return {
    record(event: Answered): void {
      waiting.push(event)
      const entry = atHand(event.orgId)
      if (entry && event.counts === 'now') entry.since++
      if (waiting.length > MAX_WAITING) {
        waiting.shift()
        lost++
      }
      later()
    },

    /** Notes what an admission has counted. */
    admitted(orgId: string): void {
      const entry = atHand(orgId)
      if (entry) entry.known++
    },

    /** Requests of this month, with those that are not written yet; a promise only when the sum is not at hand. */
    used(orgId: string): number | Promise<number> {
      const entry = atHand(orgId)
      if (entry) return entry.known + entry.since
      return database.read(({ usage }) => usage.total(orgId, monthOf(clock()))).then(({ requests }) => know(orgId, requests))
    },

    /** Drops what is at hand, after a reset. */
    forget: () => used.clear(),

    /** How many events were lost because they could not be written for long. */
    lost: () => lost,

    flush,

    /** The same, for the last time: what cannot be written then is lost. */
    async close(): Promise<void> {
      isClosed = true
      await flush()
    },
  }
}

/** One transaction: the events, and what they add to months, days and shares. The sums of the months after it. */
async function writeBatch(usage: UsageStore, batch: readonly Answered[]): Promise<PeriodUsage[]> {
  await usage.addEvents(batch.map(event => ({ ...event, id: eventId(event.at) })))
  const served = batch.filter(isServed)
  const totals = await usage.addAll(periodsOf(served))
  await usage.addShares(sharesOf(served))
  return totals.filter(({ period }) => isMonth(period))
}

/** Sums by organisation and period, in this order: two that write at once must not wait for each other in a circle. */
function periodsOf(served: readonly Answered[]): PeriodUsage[] {
  const sums = new Map<string, Mutable<PeriodUsage>>()
  const add = ({ orgId, paidBy, priceMicros }: Answered, period: string, counts: boolean) => {
    const key = `${orgId} ${period}`
    const sum = sums.get(key) ?? begun(sums, key, { orgId, period, requests: 0, paidRequests: 0, costMicros: 0 })
    if (!counts) return
    sum.requests += 1
    if (paidBy === null) return
    sum.paidRequests += 1
    sum.costMicros += priceMicros
  }
  for (const event of served) {
    add(event, monthOf(event.at), event.counts === 'now')
    add(event, dayOf(event.at), true)
  }
  return inOrder(sums)
}

function sharesOf(served: readonly Answered[]): ShareUsage[] {
  const sums = new Map<string, Mutable<ShareUsage>>()
  const add = ({ orgId, at, paidBy, priceMicros }: Answered, kind: ShareUsage['kind'], name: string) => {
    const month = monthOf(at)
    const key = `${orgId} ${month} ${kind} ${name}`
    const sum = sums.get(key) ?? begun(sums, key, { orgId, month, kind, name, requests: 0, costMicros: 0 })
    sum.requests += 1
    if (paidBy !== null) sum.costMicros += priceMicros
  }
  for (const event of served) {
    add(event, 'principal', `${event.principalType}:${event.principalId}`)
    add(event, 'route', `${event.method} ${event.endpoint}`)
  }
  return inOrder(sums)
}

function begun<T>(sums: Map<string, T>, key: string, sum: T): T {
  sums.set(key, sum)
  return sum
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

function inOrder<T>(sums: ReadonlyMap<string, T>): T[] {
  return [...sums.keys()].sort().map(key => sums.get(key) as T)
}

const isServed = ({ counts }: Answered) => counts !== 'never'
const isMonth = (period: string) => period.length === 7

import type { Database } from '../../db/database.ts'
import type { PeriodUsage, UsageStore } from '../../stores/billing/usage.ts'
import { MAX_EVENTS } from '../../stores/billing/usage-pack.ts'
import { monthOf, nextMonth, startOfMonth } from './periods.ts'
import { type Answered, addTo, fits, newBatch, packOf, periodsOf, rowsOf, sharesOf, type UsageBatch } from './usage-batch.ts'

export interface TallyDeps {
  readonly database: Database<{ usage: UsageStore }>
  readonly clock: () => number
  /** Called for a batch that could not be written; it is written again later. */
  readonly failed?: (error: unknown) => void
}

export type Tally = ReturnType<typeof usageTally>

const FLUSH_MS = 1000
/** The maximum number of rows per transaction. Many requests share a row, and other writers must not wait for long. */
const MAX_ROWS = 2048
/** The maximum number of requests kept while they cannot be written. Beyond that the oldest are lost, and counted as lost. */
const MAX_WAITING = 100_000
const MAX_ORGS = 10_000

/**
 * Counts requests in memory and writes them about once a second, many in one transaction: counting must cost a request almost nothing. A
 * killed process loses what it has not written; requests that were charged against a limit were counted before.
 */
export function usageTally({ database, clock, failed = () => {} }: TallyDeps) {
  /** The oldest first. New requests are added to the last one of their organisation. */
  let waiting: UsageBatch[] = []
  let size = 0
  const open = new Map<string, UsageBatch>()
  let lost = 0
  let isClosed = false
  let isFailing = false
  let timer: NodeJS.Timeout | undefined
  let round: Promise<void> | undefined
  let month = { from: 0, to: 0 }
  /** Requests of this month by organisation: the last written sum, and the requests since then. */
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
    const since = waiting.reduce((sum, batch) => (batch.orgId === orgId ? sum + batch.month.requests : sum), 0)
    used.set(orgId, { known, since })
    return known + since
  }

  function batchFor({ orgId, at }: Answered): UsageBatch {
    const current = open.get(orgId)
    if (current && fits(current, at)) return current
    const batch = newBatch(orgId, at)
    open.set(orgId, batch)
    waiting.push(batch)
    return batch
  }

  function forgetOldest(): void {
    const [first] = waiting
    if (!first || size <= MAX_WAITING) return
    waiting.shift()
    if (open.get(first.orgId) === first) open.delete(first.orgId)
    size -= first.size
    lost += first.size
  }

  /** Requests that arrive during a write wait for the next one: many small transactions would cost more than a few large ones. */
  function begin(): void {
    clearTimeout(timer)
    timer = undefined
    round ??= write(waiting.length).then(() => {
      round = undefined
      if (waiting.length > 0) later()
    })
  }

  /** Immediately if many are waiting; after a failure only after a pause. */
  function later(): void {
    if (isClosed) return
    if (size >= MAX_EVENTS && !round && !isFailing) begin()
    else timer ??= setTimeout(begin, FLUSH_MS).unref()
  }

  /** Resolves when all earlier requests are written, or cannot be. */
  async function flush(): Promise<void> {
    await round
    if (waiting.length > 0) begin()
    await round
  }

  /** The oldest `count` batches, or as many as can be written. */
  async function write(count: number): Promise<void> {
    for (let left = count; left > 0 && waiting.length > 0; ) {
      // A batch that is being written gets no more requests.
      open.clear()
      const batches = oldest(waiting.slice(0, left))
      try {
        const months = await database.run(({ usage }) => writeBatches(usage, batches))
        written(batches)
        for (const { orgId, period, requests } of months) if (period === monthOf(clock())) know(orgId, requests)
      } catch (error) {
        isFailing = true
        failed(error)
        return
      }
      isFailing = false
      left -= batches.length
    }
  }

  /** Batches that were dropped in the meantime still count as lost. */
  function written(batches: readonly UsageBatch[]): void {
    const done = new Set(batches)
    for (const batch of waiting) if (done.has(batch)) size -= batch.size
    waiting = waiting.filter(batch => !done.has(batch))
  }

  return {
    record(event: Answered): void {
      addTo(batchFor(event), event)
      size += 1
      const entry = atHand(event.orgId)
      if (entry && event.counts === 'now') entry.since++
      forgetOldest()
      later()
    },

    /** Records what an admission has counted. */
    admitted(orgId: string): void {
      const entry = atHand(orgId)
      if (entry) entry.known++
    },

    /** Requests of this month, including unwritten ones; a promise only if the sum is not cached. */
    used(orgId: string): number | Promise<number> {
      const entry = atHand(orgId)
      if (entry) return entry.known + entry.since
      return database.read(({ usage }) => usage.total(orgId, monthOf(clock()))).then(({ requests }) => know(orgId, requests))
    },

    /** Drops the cached sums after a reset. */
    forget: () => used.clear(),

    /** The number of requests that were lost because they could not be written for a long time. */
    lost: () => lost,

    flush,

    /** The last write; requests that it cannot write are lost. */
    async close(): Promise<void> {
      isClosed = true
      await flush()
    },
  }
}

/** Writes the requests and the sums of their months, days and shares in one transaction. Returns the new sums of the months. */
async function writeBatches(usage: UsageStore, batches: readonly UsageBatch[]): Promise<PeriodUsage[]> {
  await usage.history.add(batches.map(packOf))
  const totals = await usage.addAll(periodsOf(batches))
  await usage.addShares(sharesOf(batches))
  return totals.filter(({ period }) => isMonth(period))
}

/** The oldest batches: at least one, and as many more as fit into one transaction. */
function oldest(batches: readonly UsageBatch[]): readonly UsageBatch[] {
  let [size, rows] = [0, 0]
  const end = batches.findIndex((batch, index) => {
    size += batch.size
    rows += rowsOf(batch)
    return index > 0 && (size > MAX_EVENTS || rows > MAX_ROWS)
  })
  return end < 0 ? batches : batches.slice(0, end)
}

const isMonth = (period: string) => period.length === 7

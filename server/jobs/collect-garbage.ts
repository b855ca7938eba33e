import { type EventLoopUtilization, performance } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type Repeated, type RepeatReport, repeat } from './interval.ts'

export interface GarbageDeps extends RepeatReport {
  readonly everyMs?: number
  /** The share of time since the last call in which the event loop was busy, from 0 to 1. */
  readonly utilization?: () => number
  readonly collect?: () => void
}

/** The load of a busy server. */
const BUSY = 0.2
/** The load of an almost idle one. */
const QUIET = 0.05

/**
 * Returns memory once a load is over. V8 keeps the pages of collected garbage until it needs them again, which an idle server does not:
 * after heavy loads those are 70 MiB, and after the start, which is a load, too, 20 MiB. The collection stops the process for some 50 ms,
 * so it waits until the server is almost idle, and happens once after each load.
 */
export function collectGarbage({
  everyMs = 10_000,
  utilization = sinceLast(),
  collect = collectAll,
  ...report
}: GarbageDeps): Repeated {
  let wasBusy = true
  const work = async () => {
    const now = utilization()
    if (now > BUSY) wasBusy = true
    if (!wasBusy || now > QUIET) return
    wasBusy = false
    collect()
  }
  return repeat(work, { everyMs, ...report })
}

function sinceLast(): () => number {
  let last: EventLoopUtilization = performance.eventLoopUtilization()
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, last)
    last = now
    return utilization
  }
}

/** Collects garbage through the inspector. */
function collectAll(): void {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void
  gc({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}

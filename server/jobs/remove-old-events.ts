import { type Repeated, type RepeatReport, repeat } from './interval.ts'

export interface RemoveEventsDeps extends RepeatReport {
  readonly removeOldEvents: () => Promise<void>
  readonly everyMs?: number
}

/** Checks every ten minutes for events of the audit log that are too old, or already marked for removal. Several processes may run it. */
export function removeOldEvents({ removeOldEvents, everyMs = 600_000, ...report }: RemoveEventsDeps): Repeated {
  return repeat(removeOldEvents, { everyMs, ...report })
}

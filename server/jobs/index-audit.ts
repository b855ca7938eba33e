import { type Repeated, type RepeatReport, repeat } from './interval.ts'

export interface IndexJobDeps extends RepeatReport {
  readonly audit: { indexEvents(goesOn: () => boolean): Promise<void> }
  readonly everyMs?: number
}

/**
 * Keeps the search index of the audit log close behind the chains, so that no request pays for it. Several processes may run it. A stop
 * waits for the current part, not for all the rest, which takes minutes after an import.
 */
export function indexAudit({ audit, everyMs = 5000, ...report }: IndexJobDeps): Repeated {
  let isStopped = false
  const job = repeat(() => audit.indexEvents(() => !isStopped), { everyMs, ...report })
  return {
    stop() {
      isStopped = true
      return job.stop()
    },
  }
}

import { type Repeated, type RepeatReport, repeat } from './interval.ts'

export interface IndexJobDeps extends RepeatReport {
  readonly audit: { indexEvents(goesOn: () => boolean): Promise<void> }
  readonly everyMs?: number
}

/**
 * Keeps what questions to the audit log are answered from a moment behind the chains, so that no request pays for it. Several processes
 * may run it. A stop waits for the stretch that is being written, not for all that is behind: after an import that takes minutes.
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

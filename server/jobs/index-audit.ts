import { type Repeated, type RepeatReport, repeat } from './interval.ts'

export interface IndexJobDeps extends RepeatReport {
  readonly audit: { indexEvents(): Promise<void> }
  readonly everyMs?: number
}

/**
 * Keeps what questions to the audit log are answered from a moment behind the chains, so that no request pays for it. Several processes
 * may run it.
 */
export function indexAudit({ audit, everyMs = 5000, ...report }: IndexJobDeps): Repeated {
  return repeat(() => audit.indexEvents(), { everyMs, ...report })
}

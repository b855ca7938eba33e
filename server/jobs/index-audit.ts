import { type Rounds, type RoundsReport, rounds } from './interval.ts'

export interface IndexJobDeps extends RoundsReport {
  readonly audit: { indexEvents(): Promise<void> }
  readonly everyMs?: number
}

/**
 * Keeps what questions to the audit log are answered from a moment behind the chains, so that no request pays for it. Several processes
 * may run it.
 */
export function indexAudit({ audit, everyMs = 5000, ...report }: IndexJobDeps): Rounds {
  return rounds(() => audit.indexEvents(), { everyMs, ...report })
}

import { type Repeated, type RepeatReport, repeat } from './interval.ts'

export interface PatrolJobDeps extends RepeatReport {
  readonly patrolAudit: () => Promise<void>
  readonly everyMs?: number
}

/** Verifies, every ten minutes, the audit chains that are due, each once a day. Several processes may run it. */
export function patrolAudit({ patrolAudit, everyMs = 600_000, ...report }: PatrolJobDeps): Repeated {
  return repeat(patrolAudit, { everyMs, ...report })
}

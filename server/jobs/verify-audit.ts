import { type Repeated, type RepeatReport, repeat } from './interval.ts'

export interface VerifyAuditDeps extends RepeatReport {
  readonly verifyAuditDaily: () => Promise<void>
  readonly everyMs?: number
}

/** Verifies, every ten minutes, the audit chains that are due, each once a day. Several processes may run it. */
export function verifyAuditDaily({ verifyAuditDaily, everyMs = 600_000, ...report }: VerifyAuditDeps): Repeated {
  return repeat(verifyAuditDaily, { everyMs, ...report })
}

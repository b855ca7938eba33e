import type { Grant } from '../../policy/grant.ts'
import { brokenChainList } from './broken-chains.ts'
import { checking } from './checking/threads.ts'
import { dailyVerification } from './daily-verification.ts'
import { failedAttempts } from './failed-attempts.ts'
import { type NamingDeps, namedTerms } from './naming.ts'
import { readLog } from './read-log.ts'
import { type RetentionDeps, retention } from './retention/retention.ts'
import { auditService } from './service.ts'
import { type SigningDeps, signing } from './signing.ts'
import { verification } from './verification.ts'

type Made = 'checking' | 'distrust'
type AuditAreaDeps = Omit<SigningDeps & RetentionDeps, Made> & NamingDeps

/** The audit trail: the events of every operation, the checkpoints, and the verification. */
export function auditArea(deps: AuditAreaDeps) {
  const log = readLog(deps)
  const failures = failedAttempts(log)
  const drain = () => {
    failures.flush()
    return log.drain()
  }
  const checks = checking(deps.database)
  const distrust = brokenChainList()
  const own = { ...deps, checking: checks, distrust }
  const audit = auditService({ ...own, heads: signing(own), termsOf: namedTerms(deps) })
  const verify = verification({ ...own, signedHeads: audit.signedHeads })
  return {
    log: { ...log, drain },
    recordFailure: failures.record,
    /** Records failed attempts that are so far only counted. */
    flushFailures: failures.flush,
    audit,
    verifyAudit: (grant: Grant<'audit.verify'>, full: boolean) => verify(grant.orgId, full),
    /** Completely verifies chains that were not verified for a day. */
    verifyAuditDaily: dailyVerification({ ...own, verify }),
    /** Removes events that are older than the operator wants to keep. */
    removeOldEvents: retention(own),
    /** Ends running checks. */
    stopChecks: () => checks.stop(),
  }
}

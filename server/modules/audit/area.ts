import { failedAttempts } from './failed-attempts.ts'
import { readLog } from './read-log.ts'
import { auditService } from './service.ts'
import { type SigningDeps, signing } from './signing.ts'
import { verification } from './verification.ts'

/** The audit trail: what is written beside every answer, its checkpoints, and the check of it. */
export function auditArea(deps: SigningDeps) {
  const log = readLog(deps)
  const failures = failedAttempts(log)
  const drain = () => {
    failures.flush()
    return log.drain()
  }
  const signer = signing(deps)
  const audit = auditService({ ...deps, signing: signer })
  return {
    log: { ...log, drain },
    recordFailure: failures.record,
    /** Records what was only counted so far of attempts that failed. */
    flushFailures: failures.flush,
    audit,
    verifyAudit: verification({ ...deps, audit, publicKey: () => deps.keyring.publicKey }),
  }
}

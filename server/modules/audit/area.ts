import type { Keyring } from '../../keys/keyring.ts'
import { failedAttempts } from './failed-attempts.ts'
import { readLog } from './read-log.ts'
import { type AuditDeps, auditService } from './service.ts'
import { verification } from './verification.ts'

/** The audit trail: what is written beside every answer, its checkpoints, and the check of it. */
export function auditArea(deps: AuditDeps & { readonly keyring: Pick<Keyring, 'publicKey'> }) {
  const log = readLog(deps)
  const audit = auditService(deps)
  return {
    log,
    recordFailure: failedAttempts(log),
    audit,
    verifyAudit: verification({ ...deps, audit, publicKey: () => deps.keyring.publicKey }),
  }
}

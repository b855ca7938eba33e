import type { FailedAttempt } from '../../http/mount.ts'
import { NO_ORG } from '../../policy/event.ts'
import type { ReadLog } from './read-log.ts'

/** Records attempts that were denied or failed. They revealed nothing, so nobody waits for them. */
export function failedAttempts(log: ReadLog): (attempt: FailedAttempt) => void {
  return ({ action, actor, vaultId, path, status, reason, ip }) => {
    // A failed sign-in has its own event, written by the service that refused it.
    if (action.startsWith('auth.')) return
    log.recordLater({
      orgId: actor?.orgId ?? NO_ORG,
      action,
      actorId: actor?.id ?? '',
      actorType: actor?.type ?? 'anonymous',
      resourceType: action.slice(0, action.indexOf('.')),
      resourceId: path ?? vaultId ?? '',
      ...(vaultId !== undefined && { vaultId }),
      details: {
        outcome: status === 401 || status === 403 ? 'denied' : 'failed',
        status,
        ...(path !== undefined && { path }),
        ...(reason !== undefined && { reason }),
      },
      ipAddress: ip,
    })
  }
}

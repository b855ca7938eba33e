import type { FailedAttempt } from '../../http/mount.ts'
import { NO_ORG } from '../../policy/event.ts'
import type { ReadLog } from './read-log.ts'

/** Records attempts that were denied or failed. They revealed nothing, so nobody waits for them. */
export function failedAttempts(log: ReadLog): (attempt: FailedAttempt) => void {
  return ({ action, actor, vaultId, path, status, reason, attempted, ip }) => {
    const isSignIn = action === 'auth.success'
    // Refused credentials have their own event, written by the service that refused them.
    if (isSignIn && status === 401) return
    log.recordLater({
      orgId: actor?.orgId ?? NO_ORG,
      action: isSignIn ? 'auth.failure' : action,
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
        ...attempted,
      },
      ipAddress: ip,
    })
  }
}

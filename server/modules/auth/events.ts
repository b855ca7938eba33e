import { NO_ORG, type NewEvent } from '../audit/event.ts'

interface Who {
  readonly type: 'user' | 'agent'
  readonly id: string
  readonly orgId: string
}

/** Something an account or agent did about its own access. */
export function authEvent(action: string, who: Who, ip: string, details: Record<string, string | number | boolean> = {}): NewEvent {
  return {
    orgId: who.orgId,
    action,
    actorId: who.id,
    actorType: who.type,
    resourceType: who.type,
    resourceId: who.id,
    details,
    ipAddress: ip,
  }
}

/** A sign-in that failed; for a known account it is in the organisation's own log. What was tried is not repeated. */
export function authFailure(method: string, who: Who | undefined, ip: string): NewEvent {
  return {
    orgId: who?.orgId ?? NO_ORG,
    action: 'auth.failure',
    actorId: who?.id ?? '',
    actorType: who?.type ?? 'anonymous',
    resourceType: who?.type ?? 'unknown',
    resourceId: who?.id ?? '',
    details: { method },
    ipAddress: ip,
  }
}

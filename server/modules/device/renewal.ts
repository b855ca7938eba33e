import { LONGEST_LOGIN, type Sessions, type TokenReply, TTL } from '../../credentials/sessions.ts'
import type { Database } from '../../db/database.ts'
import type { UserActor, Visitor } from '../../policy/actor.ts'
import { denied } from '../../policy/denial.ts'
import { authEvent } from '../../policy/event.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'

export interface RenewalDeps {
  readonly database: Database<{ audit: AuditStore }>
  readonly sessions: Sessions
  readonly clock: () => number
}

export type Renewal = (actor: UserActor, visitor: Visitor) => Promise<TokenReply>

/**
 * Renews the token of a terminal that is in use. The new token represents the same sign-in and has the same id, so revoking one ends all of
 * them. The chain ends seven days after the sign-in.
 */
export function renewal({ database, sessions, clock }: RenewalDeps): Renewal {
  return async (actor, { ip }) => {
    const { token, apiKeyId, sessionId } = actor
    if (token?.via !== 'device' || token.signedInAt === undefined || apiKeyId !== undefined || sessionId !== undefined) {
      throw denied('terminal-login', 'Only the login of a terminal can be renewed.')
    }
    const left = token.signedInAt + LONGEST_LOGIN - Math.floor(clock() / 1000)
    if (left <= 0) throw denied('longest-login', 'A login is renewed for seven days; sign in again.')
    await database.run(async ({ audit }) => audit.append([authEvent('auth.device_renew', actor, ip)], clock()))
    return sessions.forUser({
      userId: actor.id,
      orgId: actor.orgId,
      generation: token.generation,
      signedInAt: token.signedInAt * 1000,
      via: 'device',
      ttl: Math.min(TTL.device, left),
      jti: token.jti,
    })
  }
}

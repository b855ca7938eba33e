import { Problem } from '../../../src/problem.ts'
import { LONGEST_LOGIN } from '../../credentials/sessions.ts'
import type { Database } from '../../db/database.ts'
import type { Actor, PresentedToken } from '../../policy/actor.ts'
import { authEvent } from '../../policy/event.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { ConsoleSessionStore } from '../../stores/console-sessions.ts'
import type { AuthStore } from '../../stores/sign-in.ts'

export type Revocation = (actor: Actor, ip: string) => Promise<void>

/** The expiry of the token and of all tokens with the same id to which it could have been renewed. Epoch milliseconds. */
function endOf({ exp, via, signedInAt }: PresentedToken): number {
  return 1000 * (via === 'device' && signedInAt !== undefined ? Math.max(exp, signedInAt + LONGEST_LOGIN) : exp)
}

/**
 * Revokes the presented token everywhere, with its console session. A directly presented key is not a token: it is revoked where it was
 * made.
 */
export function revocation({
  database,
  clock,
}: {
  database: Database<{ auth: AuthStore; audit: AuditStore; consoleSessions: ConsoleSessionStore }>
  clock: () => number
}): Revocation {
  return async (actor, ip) => {
    const { token } = actor
    if (!token) throw new Problem('request.invalid', 'A key was presented, not a token; revoke or rotate the key instead.')
    await database.run(async ({ auth, audit, consoleSessions }) => {
      await auth.revoke(token.jti, endOf(token))
      if (actor.type === 'user' && actor.sessionId !== undefined) await consoleSessions.end(actor.sessionId, actor.id)
      await audit.append([authEvent('auth.revoke', actor, ip)], clock())
    })
  }
}

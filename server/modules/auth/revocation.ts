import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import type { Actor } from '../../policy/actor.ts'
import { authEvent } from '../../policy/event.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { ConsoleSessionStore } from '../../stores/console-sessions.ts'
import type { AuthStore } from '../../stores/sign-in.ts'

export type Revocation = (actor: Actor, ip: string) => Promise<void>

/** Ends the presented token everywhere, and with it the console session that it is of. A key presented itself is not a token: it is revoked where it was made. */
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
      await auth.revoke(token.jti, token.exp * 1000)
      if (actor.type === 'user' && actor.sessionId !== undefined) await consoleSessions.end(actor.sessionId, actor.id)
      await audit.append([authEvent('auth.revoke', actor, ip)], clock())
    })
  }
}

import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import type { Actor } from '../../policy/actor.ts'
import { authEvent } from '../../policy/event.ts'
import type { AuditStore } from '../audit/store.ts'
import type { AuthStore } from './store.ts'

export type Revocation = (actor: Actor, ip: string) => Promise<void>

/** Ends the presented token everywhere. A key presented itself is not a token: it is revoked where it was made. */
export function revocation({
  database,
  clock,
}: {
  database: Database<{ auth: AuthStore; audit: AuditStore }>
  clock: () => number
}): Revocation {
  return async (actor, ip) => {
    const { token } = actor
    if (!token) throw new Problem('request.invalid', 'A key was presented, not a token; revoke or rotate the key instead.')
    await database.run(async ({ auth, audit }) => {
      await auth.revoke(token.jti, token.exp * 1000)
      await audit.append([authEvent('auth.revoke', actor, ip)], clock())
    })
  }
}

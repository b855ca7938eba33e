import { newLinkToken } from '../../credentials/link-token.ts'
import type { Sessions, TokenReply } from '../../credentials/sessions.ts'
import type { Database } from '../../db/database.ts'
import { authEvent, type NewEvent } from '../../policy/event.ts'
import type { User } from '../../stores/accounts.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { MfaStore } from '../../stores/mfa.ts'

export interface SignInDeps {
  readonly database: Database<{ mfa: MfaStore; audit: AuditStore }>
  readonly sessions: Sessions
  /** Resolves when the events are committed. */
  readonly record: (events: readonly NewEvent[]) => Promise<void>
  readonly clock: () => number
}

export interface SignInReply extends TokenReply {
  readonly mfa_required?: boolean
  readonly mfa_token?: string
}

/** Signs in a person whose first factor, named by `method`, has been checked. */
export type SignIn = (user: User, method: 'password' | 'google', ip: string) => Promise<SignInReply>

const CHALLENGE_SECONDS = 300

/** The token; or, for an account with a second factor, a challenge that is worthless without it. */
export function signIn({ database, sessions, record, clock }: SignInDeps): SignIn {
  return async (user, method, ip) => {
    const who = { type: 'user', id: user.id, orgId: user.org_id } as const
    if (!user.totp_enabled) {
      await record([authEvent('auth.success', who, ip, { method })])
      return sessions.forUser({ userId: user.id, orgId: user.org_id, generation: user.token_generation, signedInAt: clock() })
    }
    const { token, hash } = newLinkToken()
    await database.run(async ({ mfa, audit }) => {
      const now = clock()
      const expiresAt = now + CHALLENGE_SECONDS * 1000
      const challenge = { token_hash: hash, user_id: user.id, method, generation: user.token_generation, expires_at: expiresAt }
      await mfa.addChallenge(challenge)
      await audit.append([authEvent('auth.mfa_challenge', who, ip, { method })], now)
    })
    return { mfa_required: true, mfa_token: token, access_token: '', token_type: 'Bearer', expires_in: CHALLENGE_SECONDS }
  }
}

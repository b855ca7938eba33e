import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { canonicalEmail, emailIdentity, ipIdentity, type Lockout } from '../../http/lockout.ts'
import type { Sessions, TokenReply } from '../../keys/sessions.ts'
import type { UserActor, Visitor } from '../../policy/actor.ts'
import type { NewEvent } from '../../policy/event.ts'
import { authEvent, authFailure } from '../../policy/event.ts'
import type { AccountStore } from '../account/store.ts'
import type { AuditStore } from '../audit/store.ts'
import type { Passwords } from './passwords.ts'

export interface PasswordLoginDeps {
  readonly database: Database<{ accounts: AccountStore; audit: AuditStore }>
  readonly passwords: Passwords
  readonly lockout: Lockout
  readonly sessions: Sessions
  /** Resolves when the events are committed. */
  readonly record: (events: readonly NewEvent[]) => Promise<void>
  readonly clock: () => number
}

export type PasswordLogin = ReturnType<typeof passwordLogin>

/** Signing in with e-mail and password, and changing the password. */
export function passwordLogin({ database, passwords, lockout, sessions, record, clock }: PasswordLoginDeps) {
  return {
    /** The same answer in the same time for an unknown account and a wrong password. */
    async login(email: string, password: string, { ip }: Visitor): Promise<TokenReply> {
      const identities = [emailIdentity(email), ipIdentity(ip)]
      await lockout.ensureOpen('login', identities)
      const user = await database.read(({ accounts }) => accounts.userByEmail(canonicalEmail(email)))
      const right = await passwords.verify(user?.password_hash, password)
      if (!user || !right) {
        await lockout.failed('login', identities)
        await record([authFailure('password', user && { type: 'user', id: user.id, orgId: user.org_id }, ip)])
        throw new Problem('auth.failed', 'The e-mail address or the password is wrong.')
      }
      await lockout.succeeded('login', identities)
      await record([authEvent('auth.success', { type: 'user', id: user.id, orgId: user.org_id }, ip, { method: 'password' })])
      return sessions.forUser({ userId: user.id, orgId: user.org_id, generation: user.token_generation })
    },

    async changePassword(actor: UserActor, current: string, next: string, { ip }: Visitor): Promise<void> {
      const identities = [`user:${actor.id}`]
      await lockout.ensureOpen('change-password', identities)
      const user = await database.read(({ accounts }) => accounts.userById(actor.id))
      if (!user || !(await passwords.verify(user.password_hash, current))) {
        await lockout.failed('change-password', identities)
        throw wrongCurrent()
      }
      await passwords.ensureStrong(next, { field: 'new_password', about: [user.email, user.display_name ?? ''] })
      const hash = await passwords.hash(next)
      await database.run(async ({ accounts, audit }) => {
        if (!(await accounts.replacePassword(user.id, user.password_hash ?? '', hash))) throw wrongCurrent()
        await audit.append([authEvent('auth.change_password', actor, ip)], clock())
      })
      await lockout.succeeded('change-password', identities)
    },
  }
}

function wrongCurrent(): Problem {
  return new Problem('request.invalid', 'current_password is wrong.', { fields: { current_password: 'is wrong' } })
}

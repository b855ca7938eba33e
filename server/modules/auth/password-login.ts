import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { canonicalEmail, emailIdentity, ipIdentity, type Lockout } from '../../http/lockout.ts'
import type { MailTemplates } from '../../mail/templates.ts'
import type { UserActor, Visitor } from '../../policy/actor.ts'
import { signedInPerson } from '../../policy/caller.ts'
import type { NewEvent } from '../../policy/event.ts'
import { authEvent, authFailure } from '../../policy/event.ts'
import type { AccountStore } from '../../stores/accounts.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { OutboxStore } from '../../stores/outbox.ts'
import type { OwnPassword } from './own-password.ts'
import type { Passwords } from './passwords.ts'
import type { SignIn, SignInReply } from './sign-in.ts'

export interface PasswordLoginDeps {
  readonly database: Database<{ accounts: AccountStore; audit: AuditStore; outbox: OutboxStore }>
  readonly passwords: Passwords
  readonly lockout: Lockout
  readonly own: OwnPassword
  readonly signIn: SignIn
  readonly templates: MailTemplates
  /** Resolves when the events are committed. */
  readonly record: (events: readonly NewEvent[]) => Promise<void>
  readonly clock: () => number
}

export type PasswordLogin = ReturnType<typeof passwordLogin>

/** Signs in with e-mail and password, and changes the password. */
export function passwordLogin({ database, passwords, lockout, own, signIn, templates, record, clock }: PasswordLoginDeps) {
  return {
    /** Gives the same reply after the same time for an unknown account and a wrong password. */
    async login(email: string, password: string, { ip }: Visitor): Promise<SignInReply> {
      const identities = [emailIdentity(email), ipIdentity(ip)]
      await lockout.ensureOpen('login', identities)
      const user = await database.read(({ accounts }) => accounts.userByEmail(canonicalEmail(email)))
      const right = await passwords.verify(user?.password_hash, password, ip)
      if (!user || !right) {
        await lockout.failed('login', identities, { identity: emailIdentity(email), email: user?.email })
        await record([authFailure('password', user && { type: 'user', id: user.id, orgId: user.org_id }, ip)])
        throw new Problem('auth.failed', 'The e-mail address or the password is wrong.')
      }
      await lockout.succeeded('login', identities)
      return signIn(user, 'password', ip)
    },

    async changePassword(actor: UserActor, current: string, next: string, { ip }: Visitor): Promise<void> {
      // The change ends every sign-in of the person, so it must be the person: a copied key and a password are not two factors.
      signedInPerson(actor)
      const user = await own.check(actor, current, ip)
      if (!user) throw wrongCurrent()
      await passwords.ensureStrong(next, { field: 'new_password', about: [user.email, user.display_name ?? ''], from: ip })
      const hash = await passwords.hash(next, ip)
      await database.run(async ({ accounts, audit, outbox }) => {
        if (!(await accounts.replacePassword(user.id, user.password_hash ?? '', hash, clock()))) throw wrongCurrent()
        await outbox.add(templates.passwordChanged(user.email))
        await audit.append([authEvent('auth.change_password', actor, ip)], clock())
      })
    },
  }
}

function wrongCurrent(): Problem {
  return new Problem('request.invalid', 'current_password is wrong.', { fields: { current_password: 'is wrong' } })
}

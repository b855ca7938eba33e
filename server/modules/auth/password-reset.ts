import { linkTokenHash, newLinkToken } from '../../credentials/link-token.ts'
import type { Database } from '../../db/database.ts'
import { invalidField } from '../../http/checks.ts'
import { canonicalEmail, emailIdentity } from '../../http/lockout.ts'
import { mayMail } from '../../mail/budget.ts'
import type { MailTemplates } from '../../mail/templates.ts'
import { authEvent, NO_ORG } from '../../policy/event.ts'
import type { Stores } from '../../stores/all.ts'
import type { Passwords } from './passwords.ts'
import type { FreshStart } from './ports.ts'

export interface PasswordResetDeps {
  readonly database: Database<Stores>
  readonly passwords: Passwords
  readonly freshStart: FreshStart
  readonly templates: MailTemplates
  readonly clock: () => number
}

export type PasswordReset = ReturnType<typeof passwordReset>

const LINK_MS = 3_600_000
/** Limits mails, so that nobody can flood a stranger's mailbox. */
const MAILS = { maxFailures: 5, lockMs: 15 * 60_000 }

/** Sets a new password for the person who can read the account's mail. */
export function passwordReset({ database, passwords, freshStart, templates, clock }: PasswordResetDeps) {
  return {
    /** Runs the same statements for every address. For an unknown address the rows have no effect. */
    async mailLink(written: string, ip: string): Promise<void> {
      const email = canonicalEmail(written)
      const { token, hash } = newLinkToken()
      const now = clock()
      const user = await database.read(({ accounts }) => accounts.userByEmail(email))
      await database.run(async ({ auth, mailedLinks, outbox, audit }) => {
        const asked = await auth.countFailure('forgot-password', emailIdentity(email), { now, ...MAILS })
        const mailable = await mayMail(auth, { kind: 'password-reset', email }, now)
        const reader = user && mailable && asked <= MAILS.maxFailures ? user : undefined
        const times = { created_at: now, expires_at: now + LINK_MS }
        await mailedLinks.addReset({
          token_hash: hash,
          user_id: reader?.id ?? null,
          generation: reader?.token_generation ?? null,
          ...times,
        })
        await outbox.add(
          templates.passwordReset(reader?.email, { token, lifetimeMs: LINK_MS, proven: reader?.email_verified !== false }),
        )
        const who = { type: 'user', id: user?.id ?? '', orgId: user?.org_id ?? NO_ORG } as const
        await audit.append([authEvent('auth.forgot_password', who, ip)], now)
      })
    },

    async setPassword(token: string, password: string, ip: string): Promise<void> {
      const hash = linkTokenHash(token)
      const user = await database.read(async ({ mailedLinks, accounts }) => {
        const id = await mailedLinks.resetUser(hash, clock())
        return id === undefined ? undefined : accounts.userById(id)
      })
      if (!user) throw used()
      await passwords.ensureStrong(password, { field: 'new_password', about: [user.email, user.display_name ?? ''], from: ip })
      const newHash = await passwords.hash(password, ip)
      await database.run(async stores => {
        const { accounts, audit, auth, mailedLinks, outbox } = stores
        const now = clock()
        if (!(await mailedLinks.takeReset(hash, user.id, now))) throw used()
        const orgId = await freshStart(stores, user, { ip, now })
        await accounts.resetPassword(user.id, newHash, clock())
        await auth.clearFailures('login', [emailIdentity(user.email)])
        await outbox.add(templates.passwordChanged(user.email))
        await audit.append([authEvent('auth.reset_password', { type: 'user', id: user.id, orgId }, ip)], now)
      })
    },
  }
}

function used() {
  return invalidField('token', 'is unknown, has expired or was already used')
}

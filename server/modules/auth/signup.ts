import type { signup } from '../../../src/contract/auth.ts'
import type { BodyOf, ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import { EMAIL, EMAIL_MAX } from '../../../src/contract/schema/fields.ts'
import { Problem } from '../../../src/problem.ts'
import { linkTokenHash, newLinkToken } from '../../credentials/link-token.ts'
import type { Sessions, TokenReply } from '../../credentials/sessions.ts'
import type { Database } from '../../db/database.ts'
import { invalidField } from '../../http/checks.ts'
import { canonicalEmail } from '../../http/lockout.ts'
import type { Letters } from '../../mail/templates.ts'
import type { AccountStore } from '../../stores/accounts.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { MailedLinkStore } from '../../stores/mailed-links.ts'
import type { InvitationRow, OrgStore } from '../../stores/orgs.ts'
import type { OutboxStore } from '../../stores/outbox.ts'
import { makeAccount, type NewAccount } from './new-account.ts'
import type { Passwords } from './passwords.ts'

interface SignupStores {
  readonly accounts: AccountStore
  readonly audit: AuditStore
  readonly orgs: OrgStore
  readonly outbox: OutboxStore
  readonly mailedLinks: MailedLinkStore
}

export interface SignupDeps {
  readonly database: Database<SignupStores>
  readonly passwords: Passwords
  readonly sessions: Sessions
  readonly letters: Letters
  /** `invite`: with an invitation only; `closed`: nobody. The very first account, the platform's own, can always sign up. */
  readonly mode: 'open' | 'invite' | 'closed'
  /** Make the account only when its address has been confirmed. An invitation confirms it: it was mailed there. */
  readonly verify: boolean
  readonly clock: () => number
}

export type Signup = ReturnType<typeof signupService>

const LINK_MS = 24 * 3_600_000

/** Accounts that people make for themselves. */
export function signupService(deps: SignupDeps) {
  const { database, passwords, sessions, letters, mode, verify, clock } = deps

  return {
    async begin(body: BodyOf<typeof signup>, ip: string): Promise<ReplyOf<typeof signup>> {
      const email = canonicalEmail(body.email)
      // Normalising can make an address of what was none, and no address of what was one.
      if (!EMAIL.test(email) || email.length > EMAIL_MAX) throw invalidField('email', 'must be an e-mail address')
      const name = body.display_name?.trim() || null
      const invitation = body.invite_token === undefined ? undefined : await invited(body.invite_token, email)
      await ensureOpen(invitation)
      const about = [email, ...email.split(/[@.]/), name ?? '']
      await passwords.ensureStrong(body.password, { field: 'password', about })
      const account = { email, name, passwordHash: await passwords.hash(body.password), method: 'password' } as const
      if (verify && !invitation) return mailLink(account)
      const joins = invitation && { orgId: invitation.org_id, role: invitation.role, invitedBy: invitation.invited_by }
      return make({ ...account, verified: invitation !== undefined, joins }, ip, invitation)
    },

    /** The mailed link: it makes the account, once. */
    async verifyEmail(token: string, ip: string): Promise<TokenReply> {
      const hash = linkTokenHash(token)
      const signup = await database.run(({ mailedLinks }) => mailedLinks.takeSignup(hash, clock()))
      if (!signup) throw invalidField('token', 'is unknown, was used before or is too old')
      await ensureOpen(undefined)
      const { email, display_name: name, password_hash: passwordHash } = signup
      return make({ email, name, passwordHash, method: 'password', verified: true }, ip)
    },
  }

  async function make(account: NewAccount, ip: string, invitation?: InvitationRow): Promise<TokenReply> {
    const { id, orgId } = await makeAccount({ database, letters, clock }, account, ip, async ({ orgs, mailedLinks }, place) => {
      // Asked again inside: two who find the server empty at once are not both its first account.
      if (!isOpenTo(invitation) && (await orgs.platform())?.id !== place.orgId) throw notOpen()
      if (account.verified) await mailedLinks.forgetSignups(account.email)
      return !invitation || orgs.takeInvitation(invitation.org_id, invitation.id, clock())
    })
    return sessions.forUser({ userId: id, orgId, generation: 0, signedInAt: clock() })
  }

  /** The same work and answer whether or not there is an account: only the mail differs. */
  async function mailLink({ email, name, passwordHash }: { email: string; name: string | null; passwordHash: string }) {
    const { token, hash } = newLinkToken()
    const now = clock()
    const taken = await database.read(({ accounts }) => accounts.userByEmail(email))
    await database.run(async ({ mailedLinks, outbox }) => {
      const times = { created_at: now, expires_at: now + LINK_MS }
      await mailedLinks.addSignup({ token_hash: hash, email, display_name: name, password_hash: passwordHash, ...times })
      await outbox.add(taken ? letters.alreadyRegistered(email, LINK_MS) : letters.verification(email, token, LINK_MS))
    })
    return { message: 'A link to confirm the address has been mailed.', email }
  }

  async function invited(token: string, email: string): Promise<InvitationRow> {
    const invitation = await database.read(({ orgs }) => orgs.invitation(linkTokenHash(token), clock()))
    if (!invitation) throw invalidField('invite_token', 'is unknown, was used before or is too old')
    if (invitation.email !== email) throw invalidField('email', 'is not the address that was invited')
    return invitation
  }

  async function ensureOpen(invitation: InvitationRow | undefined): Promise<void> {
    if (isOpenTo(invitation)) return
    if (await database.read(({ accounts }) => accounts.hasUsers())) throw notOpen()
  }

  function isOpenTo(invitation: InvitationRow | undefined): boolean {
    return mode === 'open' || (mode === 'invite' && invitation !== undefined)
  }

  function notOpen(): Problem {
    const detail =
      mode === 'invite'
        ? 'Sign-up on this server is by invitation; ask for one.'
        : 'Sign-up is closed on this server; ask its operator for an account.'
    return new Problem('policy.denied', detail)
  }
}

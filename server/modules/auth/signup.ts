import type { signup } from '../../../src/contract/auth.ts'
import type { BodyOf, ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import { EMAIL, EMAIL_MAX } from '../../../src/contract/schema/fields.ts'
import type { Problem } from '../../../src/problem.ts'
import { linkTokenHash, newLinkToken } from '../../credentials/link-token.ts'
import type { Sessions, TokenReply } from '../../credentials/sessions.ts'
import type { Database } from '../../db/database.ts'
import { invalidField } from '../../http/checks.ts'
import { canonicalEmail } from '../../http/lockout.ts'
import { mayMail } from '../../mail/budget.ts'
import type { MailTemplates } from '../../mail/templates.ts'
import { denied } from '../../policy/denial.ts'
import { authEvent, NO_ORG } from '../../policy/event.ts'
import type { User } from '../../stores/accounts.ts'
import type { Stores } from '../../stores/all.ts'
import type { EnsureRoom } from '../../stores/billing/resource-counts.ts'
import type { FollowedInvitation, InvitationRow } from '../../stores/orgs.ts'
import { makeAccount, type NewAccount } from './new-account.ts'
import type { Passwords } from './passwords.ts'
import type { FreshStart } from './ports.ts'

export interface SignupDeps {
  readonly database: Database<Stores>
  readonly passwords: Passwords
  readonly sessions: Sessions
  readonly templates: MailTemplates
  readonly freshStart: FreshStart
  readonly ensureRoom: EnsureRoom
  /** `invite`: only people with an invitation can sign up; `closed`: nobody can. The first account of a server, its administrator, always can. */
  readonly mode: 'open' | 'invite' | 'closed'
  /** Create the account only when its address has been confirmed. A mailed invitation confirms it. */
  readonly verify: boolean
  readonly clock: () => number
}

export type Signup = ReturnType<typeof signupService>

type Waiting = Pick<NewAccount, 'email' | 'name'> & { readonly orgName: string | null; readonly passwordHash: string }

const LINK_MS = 24 * 3_600_000

/** Accounts that people create for themselves. */
export function signupService(deps: SignupDeps) {
  const { database, passwords, sessions, templates, freshStart, ensureRoom, mode, verify, clock } = deps

  return {
    async begin(body: BodyOf<typeof signup>, ip: string): Promise<ReplyOf<typeof signup>> {
      const email = canonicalEmail(body.email)
      // Normalising can turn an invalid address into a valid one, and vice versa.
      if (!EMAIL.test(email) || email.length > EMAIL_MAX) throw invalidField('email', 'must be an e-mail address')
      const name = body.display_name?.trim() || null
      const invitation = body.invite_token === undefined ? undefined : await invited(body.invite_token, email)
      await ensureOpen(invitation)
      const about = [email, ...email.split(/[@.]/), name ?? '']
      await passwords.ensureStrong(body.password, { field: 'password', about, from: ip })
      const passwordHash = await passwords.hash(body.password, ip)
      const account = { email, name, orgName: body.org_name?.trim() || null, passwordHash, method: 'password' } as const
      const isProven = invitation?.isMailed === true
      if (verify && !isProven) return mailLink(account, invitation)
      const squatted = isProven ? await database.read(({ accounts }) => accounts.userByEmail(email)) : undefined
      if (invitation && squatted && !squatted.email_verified) return takeOver(squatted, { ...account, invitation }, ip)
      return make({ ...account, verified: isProven, joins: invitation && joining(invitation, isProven) }, ip, invitation)
    },

    /** The mailed link: it creates the account, once. */
    async verifyEmail(token: string, ip: string): Promise<TokenReply> {
      const hash = linkTokenHash(token)
      const signup = await database.read(({ mailedLinks }) => mailedLinks.signup(hash, clock()))
      if (!signup) throw usedLink()
      const { email, display_name: name, org_name: orgName, password_hash: passwordHash, invite_hash: followed } = signup
      const found = followed === null ? undefined : await database.read(({ orgs }) => orgs.invitation(followed, clock()))
      const invitation = found?.email === email ? found : undefined
      await ensureOpen(invitation)
      const joins = invitation && joining(invitation, false)
      const account = { email, name, orgName, passwordHash, method: 'password', verified: true, joins } as const
      // Redeemed with the account: if that fails, the person can follow the link again.
      return make(account, ip, invitation, async ({ mailedLinks }) => {
        if (!(await mailedLinks.takeSignup(hash, clock()))) throw usedLink()
      })
    },
  }

  async function make(
    account: NewAccount,
    ip: string,
    invitation: InvitationRow | undefined,
    before?: (stores: Stores) => Promise<void>,
  ): Promise<TokenReply> {
    const { id, orgId } = await makeAccount({ database, templates, clock }, account, ip, {
      before,
      async after({ orgs, mailedLinks }, place) {
        // Checked again inside the unit of work: if two people find the server empty, only one gets the first account.
        if (!isOpenTo(invitation) && (await orgs.platform())?.id !== place.orgId) throw notOpen()
        if (account.verified) await mailedLinks.forgetSignups(account.email)
        return !invitation || orgs.takeInvitation(invitation.org_id, invitation.id, clock())
      },
    })
    return sessions.forUser({ userId: id, orgId, generation: 0, signedInAt: clock() })
  }

  /**
   * Somebody created an account with the address of the invited person without confirming it. It becomes the invited person's, without its
   * contents.
   */
  async function takeOver(
    user: User,
    { passwordHash, name, invitation }: { passwordHash: string; name: string | null; invitation: InvitationRow },
    ip: string,
  ): Promise<TokenReply> {
    const { org_id: orgId, role, invited_by } = invitation
    const generation = await database.run(async stores => {
      const { accounts, orgs, audit } = stores
      const now = clock()
      if (!(await orgs.takeInvitation(orgId, invitation.id, now))) throw invalidField('invite_token', 'was used before')
      await freshStart(stores, user, { ip, now })
      await accounts.resetPassword(user.id, passwordHash, clock())
      await accounts.addMember({ org_id: orgId, user_id: user.id, role, created_at: now })
      const made = await accounts.update(user.id, { org_id: orgId, display_name: name })
      await audit.append(
        [authEvent('auth.signup', { type: 'user', id: user.id, orgId }, ip, { method: 'password', invited_by })],
        now,
      )
      return made?.token_generation ?? 0
    })
    return sessions.forUser({ userId: user.id, orgId, generation, signedInAt: clock() })
  }

  /** The same work and reply whether or not there is an account: only the mail differs. */
  async function mailLink({ email, name, orgName, passwordHash }: Waiting, invitation: InvitationRow | undefined) {
    const { token, hash } = newLinkToken()
    const now = clock()
    const taken = await database.read(({ accounts }) => accounts.userByEmail(email))
    await database.run(async stores => {
      const { auth, mailedLinks, outbox } = stores
      await ensureRoom(stores, NO_ORG, 'signups')
      const times = { created_at: now, expires_at: now + LINK_MS }
      const signup = { token_hash: hash, email, display_name: name, org_name: orgName, password_hash: passwordHash }
      await mailedLinks.addSignup({ ...signup, invite_hash: invitation?.link_hash ?? null, ...times })
      const to = (await mayMail(auth, { kind: 'sign-up', email }, now)) ? email : undefined
      await outbox.add(taken ? templates.alreadyRegistered(to, LINK_MS) : templates.verification(to, token, LINK_MS))
    })
    return { message: 'A link to confirm the address has been mailed.', email }
  }

  async function invited(token: string, email: string): Promise<FollowedInvitation> {
    const invitation = await database.read(({ orgs }) => orgs.invitation(linkTokenHash(token), clock()))
    if (!invitation) throw invalidField('invite_token', 'is unknown, has expired or was already used')
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
    return denied('sign-up-closed', detail)
  }
}

function usedLink(): Problem {
  return invalidField('token', 'is unknown, has expired or was already used')
}

/** @param isMailed the link that was followed is the mailed one */
function joining({ org_id: orgId, role, invited_by: invitedBy }: InvitationRow, isMailed: boolean): NewAccount['joins'] {
  return { orgId, role, invitedBy, ...(!isMailed && { by: 'link' as const }) }
}

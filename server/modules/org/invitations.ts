import { randomUUID } from 'node:crypto'
import { Problem } from '../../../src/problem.ts'
import { linkTokenHash, newLinkToken } from '../../credentials/link-token.ts'
import type { Database } from '../../db/database.ts'
import { canonicalEmail } from '../../http/lockout.ts'
import { mayMail } from '../../mail/budget.ts'
import type { MailTemplates } from '../../mail/templates.ts'
import type { Actor, Role, UserActor, Visitor } from '../../policy/actor.ts'
import { recentSignIn, signedInPerson } from '../../policy/caller.ts'
import { denied } from '../../policy/denial.ts'
import { grantEvent } from '../../policy/event.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AccountStore } from '../../stores/accounts.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { PlanStore } from '../../stores/billing/plans.ts'
import type { EnsureRoom, ResourceCountStore } from '../../stores/billing/resource-counts.ts'
import type { InvitationRow, OrgStore } from '../../stores/orgs.ts'
import type { OutboxStore } from '../../stores/outbox.ts'
import type { AuthStore } from '../../stores/sign-in.ts'

export interface InvitationsDeps {
  readonly database: Database<{
    auth: AuthStore
    orgs: OrgStore
    accounts: AccountStore
    plans: PlanStore
    resourceCounts: ResourceCountStore
    audit: AuditStore
    outbox: OutboxStore
  }>
  readonly ensureRoom: EnsureRoom
  readonly templates: MailTemplates
  readonly config: { readonly emailVerification: boolean; readonly mail: { readonly smtpUrl: string | undefined } }
  /** Base of links to our own pages, without a trailing slash. */
  readonly publicUrl: () => string
  readonly clock: () => number
}

export type Invitations = ReturnType<typeof invitations>

const LINK_MS = 7 * 24 * 3_600_000

export interface Invited {
  readonly id: string
  /** Canonical. */
  readonly email: string
  readonly delivery: 'mail' | 'outbox'
}

/**
 * Invites people to an organisation. The mailed link proves the address. The link that the inviter can pass on does not, so it confirms no
 * address and takes over no account.
 */
export function invitations({ database, templates, ensureRoom, config, publicUrl, clock }: InvitationsDeps) {
  return {
    /** Does the same whether or not the address has an account. */
    async invite(grant: Grant<'org.invite'>, written: string, role: Role): Promise<Invited> {
      const { actor, orgId } = grant
      const email = canonicalEmail(written)
      ensureMayInvite(actor, role)
      const { token, hash } = newLinkToken()
      const id = randomUUID()
      await database.run(async stores => {
        const { auth, orgs, accounts, audit, outbox } = stores
        const now = clock()
        const org = await orgs.byId(orgId)
        const members = await orgs.members(orgId)
        if (members.some(member => member.email === email)) throw alreadyMember()
        await ensureRoom(stores, orgId, 'invitations')
        if (!(await mayMail(auth, { kind: 'invitation', email, orgId }, now))) throw tooManyToday()
        const times = { created_at: now, expires_at: now + LINK_MS }
        const generation = await generationOf(actor, accounts)
        const invitation = { id, org_id: orgId, email, role, token_hash: hash, link_hash: null, invited_by: actor.id, generation }
        await orgs.addInvitation({ ...invitation, ...times })
        const by = actor.type === 'user' ? actor.email : 'Somebody'
        await outbox.add(templates.invitation(email, { org: org?.name ?? '', by, token, lifetimeMs: LINK_MS }))
        await audit.append(
          [grantEvent(grant, 'org.invite', { resourceType: 'invitation', resourceId: id, details: { email, role } })],
          now,
        )
      })
      return { id, email, delivery: config.mail.smtpUrl === undefined ? 'outbox' : 'mail' }
    },

    /** The creator of the link becomes the inviter: the link ends with their rights, like the mailed one. */
    async makeLink(grant: Grant<'org.invite'>, id: string): Promise<{ url: string; email: string; expiresAt: number }> {
      const { actor, orgId } = grant
      const { token, hash } = newLinkToken()
      return database.run(async ({ orgs, accounts, audit }) => {
        const now = clock()
        const invitation = await orgs.invitationIn(orgId, id, now)
        if (!invitation) throw unknownInvitation()
        const { email, role, expires_at: expiresAt } = invitation
        ensureMayInvite(actor, role)
        const generation = await generationOf(actor, accounts)
        await orgs.setInvitationLink(orgId, id, { link_hash: hash, invited_by: actor.id, generation })
        const about = { resourceType: 'invitation', resourceId: id, details: { email, role } }
        await audit.append([grantEvent(grant, 'org.invite_link', about)], now)
        return { url: `${publicUrl()}/invite/${token}`, email, expiresAt }
      })
    },

    list: ({ orgId }: Grant<'org.invite'>): Promise<InvitationRow[]> =>
      database.read(({ orgs }) => orgs.invitations(orgId, clock())),

    async revoke(grant: Grant<'org.invite'>, id: string): Promise<void> {
      await database.run(async ({ orgs, audit }) => {
        if (!(await orgs.revokeInvitation(grant.orgId, id))) throw unknownInvitation()
        await audit.append([grantEvent(grant, 'org.invite_revoke', { resourceType: 'invitation', resourceId: id })], clock())
      })
    },

    show,

    async accept(actor: UserActor, token: string, { ip }: Visitor): Promise<{ orgId: string; name: string; role: string }> {
      signedInPerson(actor)
      const { invitation, orgName, invitee } = await show(token)
      if (invitation.email !== actor.email) throw denied('invited-address', 'This invitation is for another e-mail address.')
      const { org_id: orgId, role, isMailed } = invitation
      const isProven = invitee?.email_verified === true
      // It proves the address, if the person has just signed in; a copied token of another account is not enough.
      if (!isProven && isMailed) recentSignIn(actor, clock())
      if (!isProven && !isMailed && config.emailVerification) throw unproven(invitation.email)
      await database.run(async ({ orgs, accounts, audit }) => {
        const now = clock()
        if (!(await orgs.takeInvitation(invitation.org_id, invitation.id, now))) throw unknownInvitation()
        if (await orgs.memberById(orgId, actor.id)) throw alreadyMember()
        await accounts.addMember({ org_id: orgId, user_id: actor.id, role, created_at: now })
        if (isMailed) await accounts.update(actor.id, { email_verified: true })
        const details = { role, invited_by: invitation.invited_by, ...(!isMailed && { by: 'link' }) }
        const about = { resourceType: 'user', resourceId: actor.id, details }
        await audit.append([grantEvent({ actor, orgId, ip }, 'org.member_join', about)], now)
      })
      return { orgId, name: orgName, role }
    },
  }

  /** The purpose of a link. Its holder got it by mail, or from the inviter. */
  async function show(token: string) {
    return database.read(async ({ orgs, accounts }) => {
      const invitation = await orgs.invitation(linkTokenHash(token), clock())
      const org = invitation && (await orgs.byId(invitation.org_id))
      if (!invitation || !org) throw unknownInvitation()
      const [inviter, invitee] = [await accounts.userById(invitation.invited_by), await accounts.userByEmail(invitation.email)]
      return { invitation, orgName: org.name, inviter, invitee }
    })
  }
}

/** The token generation of the invitation: that of the presented token or, for a key, the person's own. */
async function generationOf(actor: Actor, accounts: AccountStore): Promise<number | null> {
  if (actor.type !== 'user') return null
  return actor.token?.generation ?? (await accounts.userById(actor.id))?.token_generation ?? null
}

function ensureMayInvite(actor: Actor, role: string): void {
  if (role !== 'owner' || (actor.type === 'user' && actor.role === 'owner')) return
  throw denied('owner-only', 'Only an owner can invite an owner.')
}

function unproven(email: string): Problem {
  const detail = `This link does not confirm that ${email} is yours, and this server requires that. Follow the mailed invitation, or set a new password by mail first.`
  return denied('proven-address', detail)
}

function tooManyToday(): Problem {
  const detail = 'Too many invitations were mailed to this address, or by this organisation, today; try again tomorrow.'
  return new Problem('rate.limited', detail, { retryAfter: 3600 })
}

function alreadyMember(): Problem {
  return new Problem('resource.conflict', 'This person is already a member.')
}

function unknownInvitation(): Problem {
  return new Problem('resource.unknown', 'This invitation does not exist or has ended.')
}

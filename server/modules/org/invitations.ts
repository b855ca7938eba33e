import { randomUUID } from 'node:crypto'
import { Problem } from '../../../src/problem.ts'
import { linkTokenHash, newLinkToken } from '../../credentials/link-token.ts'
import type { Database } from '../../db/database.ts'
import { canonicalEmail } from '../../http/lockout.ts'
import { mayMail } from '../../mail/budget.ts'
import type { MailTemplates } from '../../mail/templates.ts'
import type { Actor, Role, UserActor, Visitor } from '../../policy/actor.ts'
import { recentSignIn, signedInPerson } from '../../policy/caller.ts'
import { grantEvent } from '../../policy/event.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AccountStore } from '../../stores/accounts.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { EnsureRoom, HoldingStore } from '../../stores/billing/holdings.ts'
import type { PlanStore } from '../../stores/billing/plans.ts'
import type { InvitationRow, OrgStore } from '../../stores/orgs.ts'
import type { OutboxStore } from '../../stores/outbox.ts'
import type { AuthStore } from '../../stores/sign-in.ts'

export interface InvitationsDeps {
  readonly database: Database<{
    auth: AuthStore
    orgs: OrgStore
    accounts: AccountStore
    plans: PlanStore
    holdings: HoldingStore
    audit: AuditStore
    outbox: OutboxStore
  }>
  readonly ensureRoom: EnsureRoom
  readonly templates: MailTemplates
  readonly clock: () => number
}

export type Invitations = ReturnType<typeof invitations>

const LINK_MS = 7 * 24 * 3_600_000

/** Asking people into an organisation, by a mailed link. */
export function invitations({ database, templates, ensureRoom, clock }: InvitationsDeps) {
  return {
    /** The same whether or not the address has an account. */
    async invite(grant: Grant<'org.invite'>, written: string, role: Role): Promise<string> {
      const { actor, orgId } = grant
      const email = canonicalEmail(written)
      if (role === 'owner' && (actor.type !== 'user' || actor.role !== 'owner')) {
        throw new Problem('policy.denied', 'Only an owner can invite an owner.')
      }
      const { token, hash } = newLinkToken()
      await database.run(async stores => {
        const { auth, orgs, accounts, audit, outbox } = stores
        const now = clock()
        const org = await orgs.byId(orgId)
        const members = await orgs.members(orgId)
        if (members.some(member => member.email === email)) throw alreadyMember()
        await ensureRoom(stores, orgId, 'invitations')
        if (!(await mayMail(auth, { kind: 'invitation', email, orgId }, now))) throw tooManyToday()
        const id = randomUUID()
        const times = { created_at: now, expires_at: now + LINK_MS }
        const generation = await generationOf(actor, accounts)
        const invitation = { id, org_id: orgId, email, role, token_hash: hash, invited_by: actor.id, generation }
        await orgs.addInvitation({ ...invitation, ...times })
        const by = actor.type === 'user' ? actor.email : 'Somebody'
        await outbox.add(templates.invitation(email, { org: org?.name ?? '', by, token, lifetimeMs: LINK_MS }))
        await audit.append(
          [grantEvent(grant, 'org.invite', { resourceType: 'invitation', resourceId: id, details: { email, role } })],
          now,
        )
      })
      return email
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
      if (invitation.email !== actor.email) throw new Problem('policy.denied', 'This invitation is for another e-mail address.')
      // It proves the address: by whoever has signed in now, not by who has copied a token of somebody else's account.
      if (!invitee?.email_verified) recentSignIn(actor, clock())
      const { org_id: orgId, role } = invitation
      await database.run(async ({ orgs, accounts, audit }) => {
        const now = clock()
        if (!(await orgs.takeInvitation(invitation.org_id, invitation.id, now))) throw unknownInvitation()
        if (await orgs.memberById(orgId, actor.id)) throw alreadyMember()
        await accounts.addMember({ org_id: orgId, user_id: actor.id, role, created_at: now })
        // The link was mailed to the address.
        await accounts.update(actor.id, { email_verified: true })
        const about = { resourceType: 'user', resourceId: actor.id, details: { role, invited_by: invitation.invited_by } }
        await audit.append([grantEvent({ actor, orgId, ip }, 'org.member_join', about)], now)
      })
      return { orgId, name: orgName, role }
    },
  }

  /** What a link is for; whoever has it was mailed it. */
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

/** Under which the invitation is given: that of the token presented, or, for a key, the person's own. */
async function generationOf(actor: Actor, accounts: AccountStore): Promise<number | null> {
  if (actor.type !== 'user') return null
  return actor.token?.generation ?? (await accounts.userById(actor.id))?.token_generation ?? null
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

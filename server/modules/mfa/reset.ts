import { Problem } from '../../../src/problem.ts'
import { linkTokenHash, newLinkToken } from '../../credentials/link-token.ts'
import type { Database } from '../../db/database.ts'
import { invalidField } from '../../http/checks.ts'
import { mayMail } from '../../mail/budget.ts'
import type { MailTemplates } from '../../mail/templates.ts'
import { denied } from '../../policy/denial.ts'
import { authEvent, grantEvent } from '../../policy/event.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AccountStore } from '../../stores/accounts.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { MailedLinkStore } from '../../stores/mailed-links.ts'
import type { MfaStore } from '../../stores/mfa.ts'
import type { OrgStore } from '../../stores/orgs.ts'
import type { OutboxStore } from '../../stores/outbox.ts'
import type { AuthStore } from '../../stores/sign-in.ts'

export interface MfaResetDeps {
  readonly database: Database<{
    accounts: AccountStore
    auth: AuthStore
    mailedLinks: MailedLinkStore
    mfa: MfaStore
    orgs: OrgStore
    audit: AuditStore
    outbox: OutboxStore
  }>
  readonly templates: Pick<MailTemplates, 'mfaReset' | 'mfaChanged'>
  readonly clock: () => number
}

export type MfaReset = ReturnType<typeof mfaReset>

const LINK_MS = 24 * 3_600_000

/**
 * For a second factor that a person has lost, with every recovery code: an admin asks for its removal, and the person consents with a
 * mailed link. Neither can do it alone: the admin cannot read the mail, and a person who reads the mail cannot ask.
 */
export function mfaReset({ database, templates, clock }: MfaResetDeps) {
  return {
    /** A new link voids the previous one. */
    async ask(grant: Grant<'org.reset-mfa'>, userId: string): Promise<void> {
      const { actor, orgId } = grant
      if (actor.type !== 'user') throw denied('people-only', 'Only a person can request this.')
      const { token, hash } = newLinkToken()
      await database.run(async ({ accounts, auth, mailedLinks, orgs, outbox, audit }) => {
        const now = clock()
        const [member, user] = [await orgs.memberById(orgId, userId), await accounts.userById(userId)]
        if (!member || !user) throw new Problem('resource.unknown', 'There is no member with this id.')
        if (member.role === 'owner' && actor.role !== 'owner')
          throw denied('owner-only', 'Only an owner can request this for an owner.')
        if (!user.totp_enabled) throw new Problem('resource.conflict', 'This person has no second factor.')
        if (!(await mayMail(auth, { kind: 'mfa-reset', email: user.email, orgId }, now)))
          throw new Problem('rate.limited', 'Too many of these mails were sent to this address today; try again tomorrow.', {
            retryAfter: 3600,
          })
        const asker = await accounts.userById(actor.id)
        await mailedLinks.addMfaReset({
          ...{ user_id: userId, token_hash: hash, org_id: orgId, asked_by: actor.id, generation: user.token_generation },
          ...{ asker_generation: actor.token?.generation ?? asker?.token_generation ?? -1 },
          ...{ created_at: now, expires_at: now + LINK_MS },
        })
        const org = await orgs.byId(orgId)
        await outbox.add(templates.mfaReset(user.email, { by: actor.email, org: org?.name ?? '', token, lifetimeMs: LINK_MS }))
        await audit.append([grantEvent(grant, 'org.reset_mfa', { resourceType: 'user', resourceId: userId })], now)
      })
    },

    /** The consent. Every session and token of the person ends, because each is older than the change. */
    async consent(token: string, ip: string): Promise<void> {
      await database.run(async ({ accounts, mailedLinks, mfa, outbox, audit }) => {
        const now = clock()
        const asked = await mailedLinks.takeMfaReset(linkTokenHash(token), now)
        const user = asked && (await accounts.userById(asked.user_id))
        if (!asked || !user) throw invalidField('token', 'is unknown, has expired or was already used')
        await mfa.remove(user.id)
        await accounts.endTokens(user.id, clock())
        await outbox.add(templates.mfaChanged(user.email, 'off'))
        const who = { type: 'user', id: user.id, orgId: asked.org_id } as const
        await audit.append([authEvent('auth.mfa_reset', who, ip, { asked_by: asked.asked_by })], now)
      })
    },
  }
}

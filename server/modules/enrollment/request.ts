import { createHash } from 'node:crypto'
import type { enroll } from '../../../src/contract/requests/enrollment.ts'
import type { BodyOf } from '../../../src/contract/schema/endpoint.ts'
import { Problem } from '../../../src/problem.ts'
import { newLinkToken } from '../../credentials/link-token.ts'
import type { Database } from '../../db/database.ts'
import { canonicalEmail } from '../../http/lockout.ts'
import { mayMail } from '../../mail/budget.ts'
import type { MailTemplates } from '../../mail/templates.ts'
import type { Visitor } from '../../policy/actor.ts'
import { type NewEvent, NO_ORG } from '../../policy/event.ts'
import type { AccountStore } from '../../stores/accounts.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { PlanStore } from '../../stores/billing/plans.ts'
import type { EnsureRoom, ResourceCountStore } from '../../stores/billing/resource-counts.ts'
import type { OutboxStore } from '../../stores/outbox.ts'
import type { EnrollmentStore } from '../../stores/requests/enrollments.ts'
import type { AuthStore } from '../../stores/sign-in.ts'

export interface RequestDeps {
  readonly database: Database<{
    enrollments: EnrollmentStore
    accounts: AccountStore
    plans: PlanStore
    resourceCounts: ResourceCountStore
    audit: AuditStore
    outbox: OutboxStore
    auth: AuthStore
  }>
  readonly templates: Pick<MailTemplates, 'enrollment'>
  readonly ensureRoom: EnsureRoom
  readonly publicUrl: () => string
  readonly clock: () => number
}

type Body = BodyOf<typeof enroll>

export const LINK_MS = 7 * 24 * 3_600_000
const COOLDOWN_MS = 10 * 60_000
const MAX_PENDING_LINKS = 100

/** Enrolment requests of agents. The reply does not reveal who has an account. */
export function enrollmentRequests({ database, templates, ensureRoom, publicUrl, clock }: RequestDeps) {
  return {
    /** For one person, by mail, with the same work and reply whether or not the address has an account. */
    async byMail(body: Body, written: string, { ip }: Visitor): Promise<void> {
      const email = canonicalEmail(written)
      const { token, hash } = newLinkToken()
      const now = clock()
      const user = await database.read(({ accounts }) => accounts.userByEmail(email))
      await database.run(async stores => {
        const { auth, enrollments, audit, outbox } = stores
        const emailHash = createHash('sha256').update(email).digest('hex')
        if (!(await enrollments.coolDown(emailHash, now, now + COOLDOWN_MS))) {
          throw new Problem('rate.limited', 'An agent asked this person a moment ago; try again later.', {
            retryAfter: COOLDOWN_MS / 1000,
          })
        }
        await ensureRoom(stores, NO_ORG, 'enrollments')
        const kind = user ? 'account' : 'nobody'
        await enrollments.add({ ...rowOf(body, ip, hash, now), kind, user_id: user?.id ?? null })
        const { name, description } = body
        // Done with or without an account, so the reply does not reveal whether there is one.
        const mailable = await mayMail(auth, { kind: 'enrollment', email }, now)
        const to = mailable ? user?.email : undefined
        await outbox.add(templates.enrollment(to, { name, description, ip, token, lifetimeMs: LINK_MS }))
        await audit.append([eventOf(user?.org_id ?? NO_ORG, body, ip)], now)
      })
    },

    /** For anyone who opens the link signed in. Returns the link. */
    async byLink(body: Body, { ip }: Visitor): Promise<string> {
      const { token, hash } = newLinkToken()
      const now = clock()
      await database.run(async stores => {
        const { enrollments, audit } = stores
        if ((await enrollments.pendingLinks(now)) >= MAX_PENDING_LINKS) {
          throw new Problem('rate.limited', 'Too many agents are waiting for a decision; give the e-mail address of a person.', {
            retryAfter: COOLDOWN_MS / 1000,
          })
        }
        await ensureRoom(stores, NO_ORG, 'enrollments')
        await enrollments.add({ ...rowOf(body, ip, hash, now), kind: 'link', user_id: null })
        await audit.append([eventOf(NO_ORG, body, ip)], now)
      })
      return `${publicUrl()}/enroll/${token}`
    },
  }
}

function rowOf({ name, description }: Body, ip: string, hash: string, now: number) {
  return {
    token_hash: hash,
    name,
    description: description || null,
    ip_address: ip,
    status: 'pending',
    decided_by: null,
    agent_id: null,
    created_at: now,
    expires_at: now + LINK_MS,
    decided_at: null,
  }
}

function eventOf(orgId: string, { name }: Body, ip: string): NewEvent {
  return {
    orgId,
    action: 'agent.enroll',
    actorId: '',
    actorType: 'anonymous',
    resourceType: 'enrollment',
    resourceId: '',
    details: { name },
    ipAddress: ip,
  }
}

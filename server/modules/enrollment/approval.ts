import type { approveEnrollment } from '../../../src/contract/requests/enrollment.ts'
import type { BodyOf } from '../../../src/contract/schema/endpoint.ts'
import { patternFault } from '../../../src/path-pattern.ts'
import { Problem } from '../../../src/problem.ts'
import { linkTokenHash } from '../../credentials/link-token.ts'
import type { Database } from '../../db/database.ts'
import { isForeignKeyViolation } from '../../db/violations.ts'
import { invalidField } from '../../http/checks.ts'
import type { MailTemplates } from '../../mail/templates.ts'
import type { Actor } from '../../policy/actor.ts'
import type { Authorize } from '../../policy/authorize.ts'
import { grantEvent } from '../../policy/event.ts'
import type { Grant } from '../../policy/grant.ts'
import { newPolicy } from '../../policy/new-policy.ts'
import type { AgentRow } from '../../stores/agents.ts'
import type { OutboxStore } from '../../stores/outbox.ts'
import type { PolicyRow, PolicyStore } from '../../stores/policies/policies.ts'
import type { EnrollmentRow, EnrollmentStore } from '../../stores/requests/enrollments.ts'
import type { NewAgentStores, PrepareAgent } from '../../stores/requests/new-agent.ts'
import type { Retrying } from './ports.ts'

export interface ApprovalDeps {
  readonly database: Database<NewAgentStores & { enrollments: EnrollmentStore; policies: PolicyStore; outbox: OutboxStore }>
  readonly prepareAgent: PrepareAgent
  readonly retrying: Retrying
  readonly authorize: Authorize
  readonly templates: Pick<MailTemplates, 'agentCredentials'>
  readonly clock: () => number
}

export interface Approved {
  readonly agent: AgentRow
  readonly apiKey: string
  readonly policyId?: string
}

type Access = NonNullable<BodyOf<typeof approveEnrollment>['grant']>

/** Approves or denies an enrolling agent, once, by the person for whom the link is. */
export function enrollmentApproval({ database, prepareAgent, retrying, authorize, templates, clock }: ApprovalDeps) {
  /**
   * Finds the request by the token of its link or, for a named person, by the id in their inbox.
   * @throws Problem `resource.unknown` for an invalid link, or one for another person
   */
  async function found(token: string, actor: Actor): Promise<EnrollmentRow> {
    const row = await database.read(
      async ({ enrollments }) => (await enrollments.byHash(linkTokenHash(token))) ?? (await enrollments.ofUser(actor.id, token)),
    )
    const isMine = row?.kind === 'link' || (row?.kind === 'account' && row.user_id === actor.id)
    if (!row || !isMine) throw new Problem('resource.unknown', 'There is no such enrolment.')
    return row
  }

  async function pending(token: string, actor: Actor): Promise<EnrollmentRow> {
    const row = await found(token, actor)
    if (statusOf(row, clock()) !== 'pending') throw overFor(row, clock())
    return row
  }

  /**
   * Settles the request unless another decision was faster.
   * @throws Problem that says what was decided
   */
  async function decide(
    { enrollments }: { readonly enrollments: EnrollmentStore },
    { token_hash: hash }: EnrollmentRow,
    decision: Parameters<EnrollmentStore['decide']>[1],
  ): Promise<void> {
    if (await enrollments.decide(hash, decision)) return
    throw overFor(await enrollments.byHash(hash), decision.now)
  }

  return {
    async show(token: string, actor: Actor): Promise<EnrollmentRow & { readonly current_status: string }> {
      const row = await found(token, actor)
      return { ...row, current_status: statusOf(row, clock()) }
    },

    async approve(grant: Grant<'agent.register'>, token: string, access: Access | undefined): Promise<Approved> {
      const asked = await pending(token, grant.actor)
      return retrying(() => admit(grant, asked, access)).catch(error => {
        throw isForeignKeyViolation(error) ? new Problem('resource.unknown', 'There is no vault with this id.') : error
      })
    },

    async deny(grant: Grant<'agent.register'>, token: string): Promise<void> {
      const asked = await pending(token, grant.actor)
      await database.run(async ({ enrollments, audit }) => {
        const now = clock()
        await decide({ enrollments }, asked, { status: 'denied', by: grant.actor.id, now })
        const about = { resourceType: 'enrollment', resourceId: '', details: { name: asked.name } }
        await audit.append([grantEvent(grant, 'agent.enroll_deny', about)], now)
      })
    },
  }

  async function admit(grant: Grant<'agent.register'>, asked: EnrollmentRow, access: Access | undefined): Promise<Approved> {
    const { actor } = grant
    const { name, description } = asked
    const made = await prepareAgent(grant, { name, ...(description !== null && { description }) })
    const policy = access && (await policyFor(grant, made.row.id, access))
    const apiKey = made.apiKey ?? ''
    await database.run(async stores => {
      await decide(stores, asked, { status: 'approved', by: actor.id, agentId: made.row.id, now: clock() })
      await made.add(stores)
      if (policy) await addPolicy(stores, grant, policy)
      if (actor.type === 'user') {
        await stores.outbox.add(templates.agentCredentials(actor.email, { name, id: made.row.id, apiKey }))
      }
    })
    return { agent: made.row, apiKey, ...(policy && { policyId: policy.id }) }
  }

  async function addPolicy(
    stores: { policies: PolicyStore } & NewAgentStores,
    grant: Grant<'agent.register'>,
    policy: PolicyRow,
  ) {
    await stores.policies.add(policy)
    const details = {
      pattern: policy.secret_path_pattern,
      principal: `agent:${policy.principal_id}`,
      permissions: policy.permissions.join(','),
    }
    const about = { resourceType: 'policy', resourceId: policy.id, vaultId: policy.vault_id, details }
    await stores.audit.append([grantEvent(grant, 'policy.create', about)], policy.created_at)
  }

  /** Authorised like creating the policy directly. */
  async function policyFor({ actor, ip }: Grant<'agent.register'>, agentId: string, access: Access): Promise<PolicyRow> {
    const { secret_path_pattern: pattern, permissions } = access
    const vaultId = access.vault_id.toLowerCase()
    const fault = patternFault(pattern)
    if (fault) throw invalidField('grant.secret_path_pattern', fault)
    const made = await authorize('policy.create', actor, { vaultId }, ip)
    const wanted = { pattern, principalType: 'agent', principalId: agentId, permissions, conditions: null, expiresAt: null }
    return newPolicy(made, wanted, clock())
  }
}

function statusOf({ status, expires_at }: EnrollmentRow, now: number): string {
  return status === 'pending' && expires_at <= now ? 'expired' : status
}

/** Why a request that is not pending cannot be decided any more. */
function overFor(row: EnrollmentRow | undefined, now: number): Problem {
  const status = row && statusOf(row, now)
  if (status === 'expired') return new Problem('resource.gone', 'This link is older than 7 days; the agent has to ask again.')
  return new Problem('resource.conflict', `This link was used: the agent was ${status ?? 'decided on'} before.`)
}

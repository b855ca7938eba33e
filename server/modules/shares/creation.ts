import { randomUUID } from 'node:crypto'
import type { BodyOf } from '../../../src/contract/schema/endpoint.ts'
import type { createShare } from '../../../src/contract/shares.ts'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { isForeignKeyViolation } from '../../db/violations.ts'
import { futureMs, invalidField } from '../../http/checks.ts'
import { canonicalEmail } from '../../http/lockout.ts'
import type { MailTemplates } from '../../mail/templates.ts'
import type { Actor } from '../../policy/actor.ts'
import { isRange } from '../../policy/conditions.ts'
import { denied } from '../../policy/denial.ts'
import { grantEvent } from '../../policy/event.ts'
import type { Grant } from '../../policy/grant.ts'
import { isLive } from '../../policy/live.ts'
import type { AccountStore } from '../../stores/accounts.ts'
import type { AgentStore } from '../../stores/agents.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { PlanStore } from '../../stores/billing/plans.ts'
import type { EnsureRoom, ResourceCountStore } from '../../stores/billing/resource-counts.ts'
import type { OutboxStore } from '../../stores/outbox.ts'
import type { ShareRow, ShareStore } from '../../stores/shares.ts'
import type { PassphraseHashing, SharedSecrets } from './ports.ts'

export interface ShareCreationDeps {
  readonly database: Database<{
    shares: ShareStore
    accounts: AccountStore
    agents: AgentStore
    plans: PlanStore
    resourceCounts: ResourceCountStore
    audit: AuditStore
    outbox: OutboxStore
  }>
  readonly secrets: SharedSecrets
  readonly passphrases: PassphraseHashing
  readonly templates: Pick<MailTemplates, 'secretShared'>
  readonly ensureRoom: EnsureRoom
  /** The maximum number of shares that one organisation can create in a minute. */
  readonly perMinute: number
  readonly clock: () => number
}

type Body = BodyOf<typeof createShare>
type Addressee = {
  readonly id: string | null
  readonly email: string | null
  /** The address for the mail about the share. */
  readonly mailTo?: string
}

const MINUTE_MS = 60_000

/** Creates shares. */
export function shareCreation({ database, secrets, passphrases, templates, ensureRoom, perMinute, clock }: ShareCreationDeps) {
  return async (grant: Grant<'share.create'>, body: Body): Promise<ShareRow> => {
    const { actor, orgId, resource } = grant
    const expiresAt = futureMs(body.expires_at, clock())
    const ranges = body.ip_allowlist ?? []
    const bad = ranges.findIndex(range => !isRange(range))
    if (bad >= 0) throw invalidField(`ip_allowlist[${bad}]`, 'must be an IP address or a CIDR range')
    const addressee = await addresseeOf(actor, body)
    secrets.ensureVisible(actor, (await secrets.newest(resource.vault, resource.secretId)).type)
    const row: ShareRow = {
      id: randomUUID(),
      org_id: orgId,
      secret_id: resource.secretId,
      created_by: actor.id,
      created_by_type: actor.type,
      recipient_type: body.recipient_type,
      recipient_id: addressee.id,
      recipient_email: addressee.email,
      passphrase_hash: body.passphrase === undefined ? null : await passphrases.hash(body.passphrase, grant.ip),
      ip_allowlist: ranges,
      max_access_count: body.max_access_count ?? 0,
      access_count: 0,
      created_at: clock(),
      expires_at: expiresAt,
      accepted_at: null,
      declined_at: null,
      revoked_at: null,
    }
    await commit(grant, row, addressee.mailTo)
    return row
  }

  async function commit(grant: Grant<'share.create'>, row: ShareRow, mailTo: string | undefined): Promise<void> {
    const { vault, path, secretId, why } = grant.resource
    const details = {
      path,
      ...why,
      secret_id: secretId,
      recipient_type: row.recipient_type,
      ...(row.recipient_id !== null && { recipient_id: row.recipient_id }),
      ...(row.recipient_email !== null && { recipient_email: row.recipient_email }),
    }
    const event = grantEvent(grant, 'share.create', { resourceType: 'share', resourceId: row.id, vaultId: vault.id, details })
    const by = await nameOf(grant.actor)
    await database
      .run(async stores => {
        const { shares, audit, outbox } = stores
        if ((await shares.madeSince(row.org_id, row.created_at - MINUTE_MS)) >= perMinute) {
          throw new Problem('rate.limited', `At most ${perMinute} shares a minute for an organisation.`, { retryAfter: 60 })
        }
        await ensureRoom(stores, row.org_id, 'shares')
        await shares.add(row)
        await audit.append([event], row.created_at)
        if (mailTo !== undefined)
          await outbox.add(templates.secretShared(mailTo, { id: row.id, by, path, until: row.expires_at }))
      })
      .catch(error => {
        throw isForeignKeyViolation(error) ? new Problem('resource.unknown', 'There is no secret with this id.') : error
      })
  }

  async function addresseeOf(actor: Actor, body: Body): Promise<Addressee> {
    switch (body.recipient_type) {
      case 'anyone_with_link':
        return { id: null, email: null }
      case 'external_email':
        return addressed(actor, body)
      case 'creator':
        return creatorOf(actor)
      case 'agent':
        return agent(actor.orgId, wantedId(body))
      case 'user':
        return user(actor.orgId, wantedId(body))
    }
  }

  function addressed(actor: Actor, { email, recipient_email }: Body): Addressee {
    if (actor.type === 'agent') throw denied('people-only', 'Only people can share with an e-mail address.')
    const written = email ?? recipient_email
    if (written === undefined) throw invalidField('email', 'is required for external_email')
    return { id: null, email: canonicalEmail(written), mailTo: canonicalEmail(written) }
  }

  async function creatorOf(actor: Actor): Promise<Addressee> {
    if (actor.type === 'user') throw invalidField('recipient_type', 'creator is only for agents: the person who created them')
    if (actor.createdBy === undefined)
      throw invalidField('recipient_type', 'creator cannot be used: that account no longer exists')
    const found = await member(actor.orgId, actor.createdBy)
    if (!found) throw invalidField('recipient_type', 'creator is no longer a member of this organisation')
    return found
  }

  async function user(orgId: string, id: string): Promise<Addressee> {
    const found = await member(orgId, id)
    if (!found) throw invalidField('recipient_id', 'is not the id of a member of this organisation')
    return found
  }

  async function member(orgId: string, id: string): Promise<Addressee | undefined> {
    const found = await database.read(({ accounts }) => accounts.member(id, orgId))
    return found && { id, email: null, mailTo: found.email }
  }

  async function agent(orgId: string, id: string): Promise<Addressee> {
    const found = await database.read(({ agents }) => agents.byId(orgId, id))
    if (!found || !isLive(found, clock())) {
      throw invalidField('recipient_id', 'is not the id of an active agent of this organisation')
    }
    return { id, email: null }
  }

  /** The sharer's name for the recipient. */
  async function nameOf(actor: Actor): Promise<string> {
    if (actor.type === 'user') return actor.email
    const found = await database.read(({ agents }) => agents.byId(actor.orgId, actor.id))
    return `The agent ${JSON.stringify(found?.name ?? actor.id)}`
  }
}

function wantedId({ recipient_id, recipient_type }: Body): string {
  if (recipient_id === undefined) throw invalidField('recipient_id', `is required for ${recipient_type}`)
  return recipient_id.toLowerCase()
}

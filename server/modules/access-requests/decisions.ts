import type { approveAccessRequest } from '../../../src/contract/requests/access-requests.ts'
import type { BodyOf } from '../../../src/contract/schema/endpoint.ts'
import { Problem } from '../../../src/problem.ts'
import { isForeignKeyViolation } from '../../db/violations.ts'
import type { Actor } from '../../policy/actor.ts'
import { denied } from '../../policy/denial.ts'
import type { Grant } from '../../policy/grant.ts'
import { newPolicy } from '../../policy/new-policy.ts'
import type { AccessRequestRow } from '../../stores/requests/access-requests.ts'
import type { Mails } from './mails.ts'
import type { AccessRequestDeps, AccessStores } from './ports.ts'
import { decidedBefore, expired, requestEvent, settle } from './requesting.ts'
import type { Seen, Visibility } from './visibility.ts'

/** Approves and declines requests, once, for people who could create the policy themselves. */
export function decisions(deps: AccessRequestDeps & { readonly visibility: Visibility; readonly mails: Mails }) {
  const { database, authorize, addPolicy, clock, visibility, mails } = deps

  /** @throws Problem that says why the caller cannot decide it */
  async function decidable({ orgId, ...reader }: Grant<'access.decide'>, id: string): Promise<AccessRequestRow> {
    const { row, body, isOwn } = await visibility.one(orgId, id, reader)
    if (isOwn) throw denied('own-request', 'This is your own request: somebody else must decide it.')
    if (body.status === 'expired') throw expired()
    if (body.status !== 'pending') throw decidedBefore(body.status)
    return row
  }

  async function after({ orgId, ...reader }: Grant<'access.decide'>, id: string): Promise<Seen['body']> {
    return (await visibility.one(orgId, id, reader)).body
  }

  return {
    async approve(grant: Grant<'access.decide'>, id: string, body: BodyOf<typeof approveAccessRequest>): Promise<Seen['body']> {
      const row = await decidable(grant, id)
      const made = await authorize('policy.create', grant.actor, { vaultId: row.vault_id }, grant.ip)
      const now = clock()
      const lasts = body.duration_seconds === undefined ? row.wanted_ms : body.duration_seconds * 1000
      const policy = newPolicy(made, { ...wantedBy(row), expiresAt: now + lasts }, now)
      await database
        .run(async stores => {
          await ensureBothSignedIn(stores, grant, row)
          const { id: policyId, expires_at: endsAt } = policy
          await settle(stores, row, { status: 'approved', by: grant.actor.id, now, note: body.note, policyId, endsAt })
          await addPolicy(stores, made, policy)
          await stores.audit.append(
            [
              requestEvent(grant, 'access.approve', row, {
                policy_id: policyId,
                ...(endsAt !== null && { expires_at: new Date(endsAt).toISOString() }),
              }),
            ],
            now,
          )
          await mails.decided(stores, row, { by: await emailOf(stores, grant.actor), note: body.note, until: endsAt })
        })
        .catch(error => {
          throw isForeignKeyViolation(error) ? new Problem('resource.unknown', 'There is no vault with this id.') : error
        })
      return after(grant, id)
    },

    async decline(grant: Grant<'access.decide'>, id: string, note: string | undefined): Promise<Seen['body']> {
      const row = await decidable(grant, id)
      await database.run(async stores => {
        const now = clock()
        await settle(stores, row, { status: 'declined', by: grant.actor.id, now, note })
        await stores.audit.append([requestEvent(grant, 'access.decline', row)], now)
        await mails.decided(stores, row, { by: await emailOf(stores, grant.actor), note })
      })
      return after(grant, id)
    },
  }
}

async function emailOf({ orgs }: AccessStores, { id, orgId }: Actor): Promise<string> {
  return (await orgs.memberById(orgId, id))?.email ?? ''
}

/** The requester and the approver are locked in their current state until the policy is written. */
async function ensureBothSignedIn(
  { accessRequests }: AccessStores,
  { actor }: Grant<'access.decide'>,
  row: AccessRequestRow,
): Promise<void> {
  const asked = await accessRequests.generation({ type: row.requester_type, id: row.requester_id, orgId: row.org_id })
  if (asked !== row.generation) throw expired()
  const approver = await accessRequests.generation(actor)
  if (approver === undefined || (actor.token && actor.token.generation !== approver)) {
    throw new Problem('auth.required', 'A valid token is needed.')
  }
}

function wantedBy(row: AccessRequestRow) {
  return {
    pattern: row.secret_path_pattern,
    principalType: row.requester_type,
    principalId: row.requester_id,
    permissions: row.permissions,
    conditions: null,
  }
}

import { randomUUID } from 'node:crypto'
import type { createAccessRequest } from '../../../src/contract/requests/access-requests.ts'
import type { BodyOf } from '../../../src/contract/schema/endpoint.ts'
import { Problem } from '../../../src/problem.ts'
import { checkPattern } from '../../http/checks.ts'
import type { Actor } from '../../policy/actor.ts'
import { decide, withinCeilingsWholly } from '../../policy/decide.ts'
import { denied } from '../../policy/denial.ts'
import { type EventDetails, grantEvent, type NewEvent } from '../../policy/event.ts'
import type { Action, Grant } from '../../policy/grant.ts'
import type { AccessRequestRow } from '../../stores/requests/access-requests.ts'
import type { Mails } from './mails.ts'
import type { AccessRequestDeps, AccessStores } from './ports.ts'
import type { Seen, Visibility } from './visibility.ts'

/** How long a request waits for a decision. */
const WAIT_MS = 7 * 24 * 3_600_000
/** After a refusal, the same request is not accepted again for this time. */
const DECLINED_MS = 3_600_000
/** The maximum number of open requests of one principal. */
const MOST_OPEN = 20
const DAY_MS = 24 * 3_600_000
/** The maximum number of requests of one principal in a day. Withdrawn requests count too: their rows are kept for months. */
const MOST_A_DAY = 200

type Asked = BodyOf<typeof createAccessRequest>

/** Creates and withdraws requests for access. */
export function requesting({
  database,
  ensureRoom,
  clock,
  visibility,
  mails,
}: AccessRequestDeps & { readonly visibility: Visibility; readonly mails: Mails }) {
  return {
    /** The request, and whether it existed already. */
    async create(grant: Grant<'access.request'>, body: Asked): Promise<{ seen: Seen; isNew: boolean }> {
      checkPattern('secret_path_pattern', body.secret_path_pattern)
      refuseNeedless(grant, body, clock())
      const { row, isNew } = await database.run(stores => ask(stores, grant, body))
      const [seen] = await visibility.seen([row], grant)
      if (!seen) throw new Problem('resource.unknown', 'There is no vault with this id.')
      return { seen, isNew }
    },

    async withdraw(grant: Grant<'access.list'>, id: string): Promise<void> {
      const { row, isOwn } = await visibility.one(grant.orgId, id, grant)
      if (!isOwn) throw denied('requester-only', 'Only the requester can withdraw this request. You can decline it.')
      await database.run(async stores => {
        const now = clock()
        await settle(stores, row, { status: 'withdrawn', by: grant.actor.id, now })
        await stores.audit.append([requestEvent(grant, 'access.withdraw', row)], now)
      })
    },
  }

  async function ask(stores: AccessStores, grant: Grant<'access.request'>, body: Asked) {
    const { accessRequests, audit } = stores
    const { actor, orgId } = grant
    const now = clock()
    const generation = await accessRequests.generation(actor)
    if (generation === undefined || (actor.token && actor.token.generation !== generation)) {
      throw new Problem('auth.required', 'A valid token is needed.')
    }
    await ensureRoom(stores, orgId, 'accessRequests')
    const row = rowOf(grant, body, generation, now)
    const open = (await accessRequests.openOf(actor, now)).filter(other => other.generation === generation)
    const same = open.find(other => SAME.every(field => String(other[field]) === String(row[field])))
    if (same) return { row: same, isNew: false }
    if (open.length >= MOST_OPEN) {
      throw new Problem('rate.limited', `At most ${MOST_OPEN} of your requests can be pending at once; withdraw one of them.`, {
        retryAfter: 60,
      })
    }
    if ((await accessRequests.madeSince(actor, now - DAY_MS)) >= MOST_A_DAY) {
      throw new Problem('rate.limited', `At most ${MOST_A_DAY} requests can be made within a day.`, { retryAfter: 3600 })
    }
    const declined = await accessRequests.declinedAt(actor, row.vault_id, row.secret_path_pattern)
    if (declined !== undefined && declined > now - DECLINED_MS) {
      throw new Problem('resource.conflict', 'This request was declined within the last hour; try again later.')
    }
    await accessRequests.add(row)
    await audit.append([requestEvent(grant, 'access.request', row)], now)
    await mails.asked(stores, row, await nameOf(stores, actor))
    return { row, isNew: true }
  }
}

/** The requester's name, as people know it. */
async function nameOf({ agents, accounts }: AccessStores, { type, id, orgId }: Actor): Promise<string> {
  const found = type === 'agent' ? (await agents.byId(orgId, id))?.name : (await accounts.member(id, orgId))?.email
  return found ?? ''
}

const SAME = ['vault_id', 'secret_path_pattern', 'permissions', 'wanted_ms'] as const

/** @throws Problem if no policy could help, or none is needed */
function refuseNeedless({ actor, ip, resource: { vault } }: Grant<'access.request'>, body: Asked, now: number): void {
  const path = body.secret_path_pattern
  // A request by a person's API key must be within the key's bounds, because the approved policy is the person's.
  if (!withinCeilingsWholly(vault, actor, path)) {
    throw denied('scope-ceiling', 'This credential is confined to other paths or vaults: no policy would give it this access.')
  }
  if (path.includes('*')) return
  const at = { ip, now }
  const decisions = (body.permissions ?? ['read']).map(permission => decide(vault, actor, permission, path, at))
  if (decisions.every(({ allowed }) => allowed)) throw new Problem('resource.conflict', 'You already have this access.')
}

function rowOf({ actor, orgId, resource }: Grant<'access.request'>, body: Asked, generation: number, now: number) {
  return {
    id: randomUUID(),
    org_id: orgId,
    vault_id: resource.vault.id,
    requester_type: actor.type,
    requester_id: actor.id,
    generation,
    secret_path_pattern: body.secret_path_pattern,
    permissions: [...new Set(body.permissions ?? ['read'])].sort(),
    reason: body.reason,
    wanted_ms: body.duration_seconds * 1000,
    status: 'pending',
    created_at: now,
    expires_at: now + WAIT_MS,
    ...{ decided_by: null, decided_at: null, note: null, policy_id: null, access_ends_at: null },
  }
}

/**
 * Settles the request unless somebody else was faster.
 * @throws Problem that says what they decided
 */
export async function settle(
  { accessRequests }: Pick<AccessStores, 'accessRequests'>,
  row: AccessRequestRow,
  how: Parameters<AccessStores['accessRequests']['settle']>[2],
): Promise<void> {
  if (await accessRequests.settle(row.org_id, row.id, how)) return
  const now = await accessRequests.byId(row.org_id, row.id)
  throw now && now.status !== 'pending' ? decidedBefore(now.status) : expired()
}

export function decidedBefore(status: string): Problem {
  return new Problem('resource.conflict', `This request has already been ${status}.`)
}

export function expired(): Problem {
  return new Problem(
    'resource.gone',
    'This request has expired, or the sign-in of its requester has ended. It must be made again.',
  )
}

export function requestEvent(grant: Grant<Action>, action: string, row: AccessRequestRow, more: EventDetails = {}): NewEvent {
  const details = {
    pattern: row.secret_path_pattern,
    principal: `${row.requester_type}:${row.requester_id}`,
    permissions: row.permissions.join(','),
    ...more,
  }
  return grantEvent(grant, action, { resourceType: 'access_request', resourceId: row.id, vaultId: row.vault_id, details })
}

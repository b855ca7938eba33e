import type { inbox as inboxEndpoint } from '../../../src/contract/requests/access-requests.ts'
import type { ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import type { UserActor } from '../../policy/actor.ts'
import { isConfined } from '../../policy/caller.ts'
import { policiesEnding } from './policies-ending.ts'
import type { AccessRequestDeps } from './ports.ts'
import type { Visibility } from './visibility.ts'

/** The maximum number of entries of each kind. */
const MOST = 100

const NOTHING = { count: 0, enrollments: [], device_logins: [], access_requests: [], policies_ending: [] }

/** The oldest entries of each kind that wait for a person. */
export function inbox({ database, clock, visibility }: AccessRequestDeps & { readonly visibility: Visibility }) {
  return async (actor: UserActor, ip: string): Promise<ReplyOf<typeof inboxEndpoint>> => {
    // A credential that cannot decide anything has no inbox.
    if (isConfined(actor)) return NOTHING
    const now = clock()
    const { agents, logins, requests } = await database.read(async ({ enrollments, devices, accessRequests }) => ({
      agents: await enrollments.waitingFor(actor.id, now, MOST),
      logins: await devices.waitingFor(actor.email, now, MOST),
      requests: await accessRequests.open(actor.orgId, now),
    }))
    const waiting = (await visibility.seen(requests, { actor, ip })).map(({ body }) => body).filter(body => body.can_decide)
    return {
      count: agents.length + logins.length + waiting.length,
      enrollments: agents.map(({ token_hash: id, name, description, ...row }) => ({
        ...{ id, name, ...(description !== null && { description }) },
        ...asked(row),
      })),
      device_logins: logins.map(({ user_code, client_id, ...row }) => ({ user_code, client_id, ...asked(row) })),
      access_requests: waiting.slice(0, MOST),
      policies_ending: await policiesEnding({ database, clock, visibility }, { actor, ip }, MOST),
    }
  }
}

function asked(row: { readonly ip_address: string; readonly created_at: number; readonly expires_at: number }) {
  return {
    requested_from: row.ip_address,
    requested_at: new Date(row.created_at).toISOString(),
    expires_at: new Date(row.expires_at).toISOString(),
  }
}

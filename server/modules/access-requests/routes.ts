import {
  approveAccessRequest,
  createAccessRequest,
  declineAccessRequest,
  getAccessRequest,
  inbox,
  listAccessRequests,
  withdrawAccessRequest,
} from '../../../src/contract/requests/access-requests.ts'
import type { Mount } from '../../http/mount.ts'
import { pageReply } from '../../http/paging.ts'
import type { AccessRequests } from './area.ts'
import type { Seen } from './visibility.ts'

const LISTED = { idOf: ({ row }: Seen) => row.id, body: ({ body }: Seen) => body }

export function accessRequestRoutes(mount: Mount, requests: AccessRequests): void {
  mount(createAccessRequest, async ({ grant, body, answerWith }) => {
    const { seen, isNew } = await requests.create(grant, body)
    if (!isNew) answerWith(200)
    return seen.body
  })
  mount(listAccessRequests, async ({ grant, query }) => {
    const all = query.status === 'all'
    const seen = await requests.visibility.seen(await requests.list(grant.orgId, all), grant)
    const shown = all ? seen : seen.filter(({ body }) => body.status === 'pending')
    return pageReply('requests', shown, query, LISTED)
  })
  mount(getAccessRequest, async ({ grant, params }) => {
    return (await requests.visibility.one(grant.orgId, params.request_id, grant)).body
  })
  mount(approveAccessRequest, ({ grant, params, body }) => requests.approve(grant, params.request_id, body))
  mount(declineAccessRequest, ({ grant, params, body }) => requests.decline(grant, params.request_id, body.note))
  mount(withdrawAccessRequest, async ({ grant, params }) => {
    await requests.withdraw(grant, params.request_id)
    return undefined
  })
  mount(inbox, ({ actor, visitor }) => requests.inbox(actor, visitor.ip))
}

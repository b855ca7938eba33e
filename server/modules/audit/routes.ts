import { listCheckpoints, listEvents, listEventsAlias, verifyTrail, verifyTrailByGet } from '../../../src/contract/audit.ts'
import { auditSummary, listDenials, listReads } from '../../../src/contract/audit-sums.ts'

import type { Call, Mount } from '../../http/mount.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AuditService } from './service.ts'
import type { Verdict } from './verification.ts'

type Verify = (grant: Grant<'audit.verify'>, full: boolean) => Promise<Verdict>

export function auditRoutes(mount: Mount, audit: AuditService, verify: Verify): void {
  const events = async ({ grant, query }: Pick<Call<typeof listEvents>, 'grant' | 'query'>) => {
    const { events, nextCursor } = await audit.events(grant, query)
    return { events, count: events.length, ...(nextCursor !== undefined && { next_cursor: nextCursor }) }
  }
  mount(listEvents, events)
  mount(listEventsAlias, events)
  mount(auditSummary, ({ grant, query }) => audit.summary(grant, query))
  mount(listDenials, ({ grant, query }) => audit.denials(grant, query))
  mount(listReads, ({ grant, query }) => audit.reads(grant, query))
  mount(listCheckpoints, async ({ grant }) => audit.proof(grant))
  mount(verifyTrail, async ({ grant, query }) => verify(grant, query.full === 'true'))
  mount(verifyTrailByGet, async ({ grant }) => verify(grant, false))
}

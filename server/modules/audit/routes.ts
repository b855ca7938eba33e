import {
  auditSummary,
  listCheckpoints,
  listEvents,
  listEventsAlias,
  verifyTrail,
  verifyTrailByGet,
} from '../../../src/contract/audit.ts'

import type { Call, Mount } from '../../http/mount.ts'
import type { AuditService } from './service.ts'
import type { Verification } from './verification.ts'

export function auditRoutes(mount: Mount, audit: AuditService, verify: Verification): void {
  const events = async ({ grant, query }: Pick<Call<typeof listEvents>, 'grant' | 'query'>) => {
    const { events, nextCursor } = await audit.events(grant, query)
    return { events, count: events.length, ...(nextCursor !== undefined && { next_cursor: nextCursor }) }
  }
  mount(listEvents, events)
  mount(listEventsAlias, events)
  mount(auditSummary, ({ grant, query }) => audit.summary(grant, query))
  mount(listCheckpoints, async ({ grant }) => ({ checkpoints: await audit.checkpoints(grant) }))
  mount(verifyTrail, async ({ grant }) => verify(grant))
  mount(verifyTrailByGet, async ({ grant }) => verify(grant))
}

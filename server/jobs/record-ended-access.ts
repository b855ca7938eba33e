import type { Database } from '../db/database.ts'
import { inBatches } from '../db/rest-between-batches.ts'
import type { AuditStore } from '../stores/audit/audit.ts'
import type { FactsStore } from '../stores/facts.ts'
import { endedEvent } from '../stores/policies/ended-policies.ts'
import type { PolicyStore } from '../stores/policies/policies.ts'
import type { AccessRequestStore } from '../stores/requests/access-requests.ts'
import { type Repeated, type RepeatReport, repeat } from './interval.ts'

interface EndedAccessDeps {
  readonly database: Database<{
    accessRequests: AccessRequestStore
    audit: AuditStore
    facts: FactsStore
    policies: PolicyStore
  }>
  readonly clock: () => number
}

const EVERY_MS = 60_000
/** Ends up to this time are already recorded; epoch milliseconds. */
const TOLD = 'endings-told-until'
/** The maximum number of events in one unit of work. */
const AT_ONCE = 500

/**
 * Records access that ended by time in the audit log: policies, and requests for access that nobody decided. Nothing depends on it, because
 * expiry is checked at use; but a reader of the log must not have to compute who lost access when. With several servers, each end is
 * recorded once.
 */
export function recordEndedAccess({ database, clock }: EndedAccessDeps): () => Promise<void> {
  async function tell(): Promise<boolean> {
    const now = clock()
    return database.run(async ({ accessRequests, audit, facts, policies }) => {
      const told = await facts.get(TOLD)
      if (told === undefined) {
        await facts.change(TOLD, undefined, String(now))
        return false
      }
      const ended = await policies.ended(Number(told), now, AT_ONCE)
      const requests = await accessRequests.lapsed(Number(told), now, AT_ONCE)
      // Rows of one moment belong together: the rest is recorded in the next run, from the moment before.
      const full = [ended, requests].flatMap(rows => (rows.length < AT_ONCE ? [] : [(rows.at(-1)?.expires_at ?? now) - 1]))
      const until = Math.max(Math.min(now, ...full), Number(told) + 1)
      if (!(await facts.change(TOLD, told, String(until)))) return false
      const inTime = <T extends { expires_at: number | null }>(rows: readonly T[]) =>
        rows.filter(({ expires_at }) => (expires_at ?? 0) <= until)
      const events = [
        ...inTime(ended).map(row => endedEvent('policy.expire', row, 'expired')),
        ...inTime(requests).map(lapsedEvent),
      ]
      await audit.append(events, now)
      return until < now
    })
  }
  return () => inBatches(tell)
}

export function recordEndedAccessRegularly({
  tell,
  everyMs = EVERY_MS,
  ...report
}: { tell: () => Promise<void>; everyMs?: number } & RepeatReport): Repeated {
  return repeat(tell, { everyMs, ...report })
}

function lapsedEvent(row: Awaited<ReturnType<AccessRequestStore['lapsed']>>[number]) {
  return {
    orgId: row.org_id,
    action: 'access.expire',
    actorId: '',
    actorType: 'system' as const,
    resourceType: 'access_request',
    resourceId: row.id,
    vaultId: row.vault_id,
    details: {
      pattern: row.secret_path_pattern,
      principal: `${row.requester_type}:${row.requester_id}`,
      permissions: row.permissions.join(','),
    },
    ipAddress: '',
  }
}

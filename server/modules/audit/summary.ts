import type { auditSummary } from '../../../src/contract/audit.ts'
import type { QueryOf, ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import type { Database } from '../../db/database.ts'
import { invalidField } from '../../http/checks.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AuditStore, Sum } from '../../stores/audit/audit.ts'
import { DAY_MS } from '../../stores/audit/days.ts'
import { seen } from './sight.ts'

type Reply = ReplyOf<typeof auditSummary>
type Counted = Reply['sums'][number]

const DEFAULT_DAYS = 14
const MOST_DAYS = 366
/** Keys that sums are told apart by; those with fewer events are one more key, `others`. */
const MOST_KEYS = 20

/** How many events there were, by day. */
export function auditSummaries({ database, clock }: { database: Database<{ audit: AuditStore }>; clock: () => number }) {
  return async (grant: Grant<'audit.read'>, query: QueryOf<typeof auditSummary>): Promise<Reply> => {
    const today = Math.floor(clock() / DAY_MS)
    const to = query.to === undefined ? today : dayOf('to', query.to)
    const from = query.from === undefined ? to - DEFAULT_DAYS + 1 : dayOf('from', query.from)
    if (from > to) throw invalidField('from', 'must not be after to')
    if (to - from >= MOST_DAYS) throw invalidField('from', `must be within ${MOST_DAYS} days of to`)
    const asked = { actorId: query.actor_id, actorType: query.actor_type }
    const own = seen(asked, grant)
    const filter = { orgId: grant.orgId, from, to, by: query.by ?? 'none', vaultId: query.vault_id?.toLowerCase() }
    const sums = own ? await database.report(({ audit }) => audit.sums({ ...filter, ...asked, ...own })) : []
    const counted = fewest(sums.map(named))
    const total = (of: 'total' | 'denied' | 'failed') => counted.reduce((sum, each) => sum + each[of], 0)
    return {
      from: textOf(from),
      to: textOf(to),
      total: total('total'),
      denied: total('denied'),
      failed: total('failed'),
      sums: merged(counted),
    }
  }
}

function named({ day, key, outcome, count }: Sum): Counted {
  const total = Number(count)
  return { day: textOf(day), key, total, denied: outcome === 'denied' ? total : 0, failed: outcome === 'failed' ? total : 0 }
}

/** The keys with most events as they are, all others under one name. */
function fewest(rows: readonly Counted[]): Counted[] {
  const totals = new Map<string, number>()
  for (const { key, total } of rows) totals.set(key, (totals.get(key) ?? 0) + total)
  if (totals.size <= MOST_KEYS) return [...rows]
  const kept = new Set(
    [...totals]
      .sort(([, one], [, other]) => other - one)
      .slice(0, MOST_KEYS)
      .map(([key]) => key),
  )
  return rows.map(row => (kept.has(row.key) ? row : { ...row, key: 'others' }))
}

/** One row a day and key. */
function merged(rows: readonly Counted[]): Counted[] {
  const all = new Map<string, Counted>()
  for (const row of rows) {
    const key = `${row.day} ${row.key}`
    const known = all.get(key)
    if (known) {
      known.total += row.total
      known.denied += row.denied
      known.failed += row.failed
    } else all.set(key, { ...row })
  }
  return [...all.values()]
}

function dayOf(field: 'from' | 'to', text: string): number {
  const at = Date.parse(`${text}T00:00:00Z`)
  if (Number.isNaN(at)) throw invalidField(field, 'must be a day, like 2026-03-01')
  return at / DAY_MS
}

function textOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

import type { auditSummary } from '../../../src/contract/audit-sums.ts'
import type { QueryOf, ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import type { Database } from '../../db/database.ts'
import { daysOf, invalidField } from '../../http/checks.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import { type SumFilter, textOf } from '../../stores/audit/days.ts'
import { HOUR_MS } from '../../stores/audit/hours.ts'
import { seen } from './visibility.ts'

type Reply = ReplyOf<typeof auditSummary>
type Counted = Reply['sums'][number]

const DAYS = { usual: 14, most: 366 }
/** The maximum number of keys of a summary; keys with fewer events are combined as `others`. */
const DEFAULT_KEYS = 20

/** The number of events by day or, for the newest hours, by hour. */
export function auditSummaries({ database, clock }: { database: Database<{ audit: AuditStore }>; clock: () => number }) {
  return async (grant: Grant<'audit.read'>, query: QueryOf<typeof auditSummary>): Promise<Reply> => {
    const {
      from,
      to,
      textOf: endOf,
      counted: countedBy,
    } = query.hours === undefined ? days(query, clock()) : hours(query, clock())
    const asked = { actorId: query.actor_id, actorType: query.actor_type }
    const own = seen(asked, grant)
    const filter = { orgId: grant.orgId, from, to, by: query.by ?? 'none', vaultId: query.vault_id?.toLowerCase() }
    const sums = own ? await database.report(({ audit }) => countedBy(audit, { ...filter, ...asked, ...own })) : []
    const counted = fewest(sums, query.top ?? DEFAULT_KEYS)
    const total = (of: 'total' | 'denied' | 'failed') => counted.reduce((sum, each) => sum + each[of], 0)
    return {
      from: endOf(from),
      to: endOf(to),
      total: total('total'),
      denied: total('denied'),
      failed: total('failed'),
      sums: merged(counted),
    }
  }
}

/** What is summed up: days or hours since 1970, both ends included. */
interface Period {
  readonly from: number
  readonly to: number
  textOf(at: number): string
  counted(audit: AuditStore, filter: SumFilter): Promise<Counted[]>
}

function days(query: QueryOf<typeof auditSummary>, now: number): Period {
  const counted = async (audit: AuditStore, filter: SumFilter) =>
    (await audit.sums(filter)).map(sum => ({ day: textOf(sum.day), ...numbers(sum) }))
  return { ...daysOf(query, now, DAYS), textOf, counted }
}

/** The newest hours, the present one included. @throws Problem `request.invalid` for other days */
function hours({ from, to, hours = 1 }: QueryOf<typeof auditSummary>, now: number): Period {
  if (from !== undefined || to !== undefined) throw invalidField('hours', 'must not be combined with from or to')
  const last = Math.floor(now / HOUR_MS)
  const counted = async (audit: AuditStore, filter: SumFilter) =>
    (await audit.hourSums(filter)).map(sum => ({
      day: textOf(Math.floor(sum.hour / 24)),
      hour: sum.hour % 24,
      ...numbers(sum),
    }))
  return { from: last - hours + 1, to: last, textOf: at => new Date(at * HOUR_MS).toISOString(), counted }
}

function numbers({ key, outcome, count }: { key: string; outcome: string; count: number | string }) {
  const total = Number(count)
  return { key, total, denied: outcome === 'denied' ? total : 0, failed: outcome === 'failed' ? total : 0 }
}

/** The keys with the most events, and all others combined under one name. */
function fewest(rows: readonly Counted[], most: number): Counted[] {
  const totals = new Map<string, number>()
  for (const { key, total } of rows) totals.set(key, (totals.get(key) ?? 0) + total)
  if (totals.size <= most) return [...rows]
  const largest = new Set(
    [...totals]
      .sort(([, one], [, other]) => other - one)
      .slice(0, most)
      .map(([key]) => key),
  )
  return rows.map(row => (largest.has(row.key) ? row : { ...row, key: 'others' }))
}

/** One row for each day, or hour, and key. */
function merged(rows: readonly Counted[]): Counted[] {
  const all = new Map<string, Counted>()
  for (const row of rows) {
    const key = `${row.day} ${row.hour ?? ''} ${row.key}`
    const known = all.get(key)
    if (known) {
      known.total += row.total
      known.denied += row.denied
      known.failed += row.failed
    } else all.set(key, { ...row })
  }
  return [...all.values()]
}

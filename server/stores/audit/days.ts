import { type Selectable, sql } from 'kysely'
import type { Schema } from '../../db/schema/schema.ts'
import type { Addition } from './adding.ts'
import type { EventRow } from './chaining.ts'

export type DayRow = Selectable<Schema['audit_days']>

/** Milliseconds of a day. */
export const DAY_MS = 86_400_000

/** A day (UTC, since 1970) as `2026-03-01`. */
export function textOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

const KEY = [
  'org_id',
  'day',
  'actor_type',
  'actor_id',
  'action',
  'outcome',
  'vault_id',
] as const satisfies readonly (keyof DayRow)[]
const COLUMNS = [...KEY, 'count'] as const

/** The sums by day, in the transaction that adds the events. */
export const DAYS: Addition<DayRow> = {
  table: 'audit_days',
  columns: COLUMNS,
  numbers: ['day', 'count'],
  alike: ['org_id', 'day'],
  onConflict: `ON CONFLICT (${KEY.join(',')}) DO UPDATE SET count = audit_days.count + excluded.count`,
}

/** The columns by which sums are grouped. */
export type SummedBy = 'none' | 'actor' | 'action' | 'vault'

/** Which events of an organisation to sum up, by day or hour. */
export interface SumFilter {
  readonly orgId: string
  /** Days since 1970, UTC; hours for sums by hour. */
  readonly from: number
  readonly to: number
  readonly by: SummedBy
  readonly actorType?: string | undefined
  readonly actorId?: string | undefined
  readonly vaultId?: string | undefined
}

/** The SQL of these columns. */
export const KEY_OF = {
  none: sql<string>`''`,
  actor: sql<string>`actor_type || ':' || actor_id`,
  action: sql<string>`action`,
  vault: sql<string>`coalesce(vault_id, '')`,
} satisfies Record<SummedBy, unknown>

/** What events add to the sums by day: one row for each key, in the order of the keys, so two transactions never wait for each other. */
export function daysOf(events: readonly EventRow[]): DayRow[] {
  const rows = new Map<string, DayRow>()
  for (const { org_id, created_at, actor_type, actor_id, action, vault_id, details } of events) {
    const day = Math.floor(created_at / DAY_MS)
    const { outcome, count } = said(action, details)
    const key = `${org_id}\n${day}\n${actor_type}\n${actor_id}\n${action}\n${outcome}\n${vault_id ?? ''}`
    const known = rows.get(key)
    if (known) known.count += count
    else rows.set(key, { org_id, day, actor_type, actor_id, action, outcome, vault_id: vault_id ?? '', count })
  }
  return [...rows].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row)
}

const ONCE = { outcome: 'ok', count: 1 }

/** The outcome and its count: repeats of a denied attempt are one event with their number. */
function said(action: string, details: string): { outcome: string; count: number } {
  if (!details.includes('"outcome"')) return action === 'auth.failure' ? { outcome: 'failed', count: 1 } : ONCE
  const { outcome, repeats } = JSON.parse(details) as { outcome: unknown; repeats?: unknown }
  const isKnown = outcome === 'denied' || outcome === 'failed'
  return { outcome: isKnown ? outcome : 'ok', count: typeof repeats === 'number' ? repeats : 1 }
}

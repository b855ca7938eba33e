import type { Contract } from '../../../../../src/contract/all.ts'
import type { Summary } from '../secret.ts'

type Access = Contract['policies.access']['reply']
type AuditEvent = Contract['audit.events']['reply']['events'][number]

export type Reader = Access['principals'][number]

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Days for which reads are counted. */
export const DAYS = 90

/** An event of a secret at a time, other than versions and reads. */
export interface Mark {
  readonly kind: 'denied' | 'shared' | 'rotated'
  /** UTC, `2026-03-01`. */
  readonly day: string
  readonly count: number
}

/** The history of a secret from its first visible version or earlier reads, or from 90 days ago, until now. At least an hour. */
export interface Life {
  readonly from: number
  readonly to: number
  /** When version 1 was written, if it is visible: nothing was read before. */
  readonly born?: number | undefined
  readonly reads: readonly { readonly day: string; readonly reads: number }[]
  readonly marks: readonly Mark[]
  /** Who read it, by the version that they read last. */
  readonly readers: ReadonlyMap<number, readonly Reader[]>
}

export function timelineOf(
  versions: readonly Summary[],
  access: Pick<Access, 'principals' | 'days'>,
  events: readonly AuditEvent[],
  now: number,
): Life {
  const written = versions.map(({ created_at }) => Date.parse(created_at))
  // What was read before the oldest version was written was a version that has been removed.
  const oldest = versions.find(({ version }) => version === 1)
  const removed = oldest ? [] : (access.days ?? []).map(({ day }) => Date.parse(day))
  const first = Math.min(now - HOUR_MS, ...written, ...removed)
  const readers = access.principals.filter(({ last_read_version }) => last_read_version !== undefined)
  return {
    from: Math.max(first, now - DAYS * DAY_MS),
    to: now,
    born: oldest && Date.parse(oldest.created_at),
    reads: access.days ?? [],
    marks: marksOf(events),
    readers: Map.groupBy(readers, ({ last_read_version = 0 }) => last_read_version),
  }
}

function kindOf({ action, details }: AuditEvent): Mark['kind'] | undefined {
  if (details['outcome'] === 'denied') return 'denied'
  if (action === 'share.create') return 'shared'
  return action === 'secret.write' && details['rotated'] !== undefined ? 'rotated' : undefined
}

/** One mark a day and kind, however often. */
function marksOf(events: readonly AuditEvent[]): readonly Mark[] {
  const kept = events.flatMap(event => {
    const kind = kindOf(event)
    const { repeats } = event.details
    return kind ? [{ kind, day: event.created_at.slice(0, 10), count: typeof repeats === 'number' ? repeats : 1 }] : []
  })
  const groups = Map.groupBy(kept, ({ kind, day }) => `${kind} ${day}`)
  return Array.from(groups.values(), ([mark, ...others]) => ({
    kind: mark?.kind ?? 'denied',
    day: mark?.day ?? '',
    count: others.reduce((sum, { count }) => sum + count, mark?.count ?? 0),
  }))
}

/** The finding, in a sentence or two. */
export function findingOf(versions: readonly Summary[], { reads, marks, readers }: Life): string {
  const total = reads.reduce((sum, day) => sum + day.reads, 0)
  const denied = marks.filter(({ kind }) => kind === 'denied').reduce((sum, { count }) => sum + count, 0)
  const newest = versions[0]?.version ?? 0
  const behind = [...readers].filter(([version]) => version < newest).flatMap(([, each]) => each)
  const latest = behind.length === 1 ? `${behind[0]?.name} last read version ${behind[0]?.last_read_version}.` : ''
  return [
    `${counted(versions.length, 'version', 'versions')}; ${counted(total, 'read', 'reads')} in ${DAYS} days, as far as you can see.`,
    denied > 0 ? `${counted(denied, 'was', 'were')} denied.` : '',
    behind.length > 1 ? `${behind.length} last read an older version.` : latest,
  ]
    .filter(Boolean)
    .join(' ')
}

function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString()} ${count === 1 ? one : many}`
}

/** A few consecutive days, as wide in the chart as a touch target, and their events. */
export interface Bucket {
  readonly from: string
  readonly to: string
  readonly reads: number
  readonly denied: number
  readonly shared: number
  readonly rotated: number
}

/** The days of a timeline in a limited number of equal buckets, the last of which ends today. */
export function bucketsOf({ from, to, reads, marks }: Life, most: number): readonly Bucket[] {
  const [first, last] = [Math.floor(from / DAY_MS), Math.floor(to / DAY_MS)]
  const length = Math.ceil((last - first + 1) / most)
  const count = Math.ceil((last - first + 1) / length)
  return Array.from({ length: count }, (_, at) => {
    const end = last - (count - 1 - at) * length
    const days = { from: dayOf(end - length + 1), to: dayOf(end) }
    const isIn = ({ day }: { readonly day: string }) => days.from <= day && day <= days.to
    const inside = marks.filter(isIn)
    const sumOf = (kind: Mark['kind']) => inside.reduce((sum, mark) => sum + (mark.kind === kind ? mark.count : 0), 0)
    return {
      ...days,
      reads: reads.filter(isIn).reduce((sum, day) => sum + day.reads, 0),
      denied: sumOf('denied'),
      shared: sumOf('shared'),
      rotated: sumOf('rotated'),
    }
  })
}

/** The part of a timeline in which the events of a bucket happened. */
export function spanOf({ from, to }: Pick<Bucket, 'from' | 'to'>, life: Pick<Life, 'from' | 'to' | 'born'>) {
  return { start: Math.max(Date.parse(from), life.from, life.born ?? 0), end: Math.min(Date.parse(to) + DAY_MS, life.to) }
}

function dayOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

/** Versions so close to each other that they share one stop, newest first, and their position. */
export interface Stop {
  readonly versions: readonly Summary[]
  readonly x: number
}

/** @param versions newest first */
export function stopsOf(versions: readonly Summary[], xOf: (at: number) => number, apart: number): readonly Stop[] {
  const stops: { versions: Summary[]; x: number }[] = []
  for (const version of versions) {
    const x = xOf(Date.parse(version.created_at))
    const last = stops.at(-1)
    if (last && last.x - x < apart) last.versions.push(version)
    else stops.push({ versions: [version], x })
  }
  return stops
}

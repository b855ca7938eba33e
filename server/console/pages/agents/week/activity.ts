import type { Client } from '../../../../../src/client/client.ts'
import type { Contract } from '../../../../../src/contract/all.ts'
import type { Period } from '../../audit/period.ts'

export type Reads = Contract['audit.reads']['reply']
export type Denials = Contract['audit.denials']['reply']

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

/** The first of a number of days (UTC), of which today is the last. */
export function firstOf(days: number, now = Date.now()): string {
  return new Date((Math.floor(now / DAY_MS) - days + 1) * DAY_MS).toISOString().slice(0, 10)
}

/**
 * The activity of an agent in a period, with the numbers of the audit log. Reads are counted by day: for hours they are those of yesterday and
 * today. `from` is the first moment.
 */
export async function done(client: Client, id: string, { unit, count }: Period) {
  const isHours = unit === 'hour'
  const from = isHours
    ? new Date((Math.floor(Date.now() / HOUR_MS) - count + 1) * HOUR_MS).toISOString()
    : `${firstOf(count)}T00:00:00.000Z`
  const day = isHours ? firstOf(2) : from.slice(0, 10)
  const who = { actor_type: 'agent', actor_id: id } as const
  const [summary, reads, denials] = await Promise.all([
    client.call('audit.summary', { query: { ...who, ...(isHours ? { hours: count } : { from: day }) } }),
    client.call('audit.reads', { query: { ...who, from: day, limit: 10 } }),
    client.call('audit.denials', { query: { ...who, from, limit: 10 } }),
  ])
  return { from, denied: summary.denied, failed: summary.failed, reads, denials }
}

/** `1 read`, `42 reads`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString()} ${count === 1 ? one : many}`
}

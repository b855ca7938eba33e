import type { Client } from '../../../../src/client/client.ts'
import { trailText } from '../../../../src/crypto/audit-trail-file.ts'
import { type Directory, nameIn } from '../../ui/people/names.tsx'
import { type AuditEvent, actorOf, outcomeOf } from './event.ts'
import { type EventQuery, queryOf } from './event-query.ts'

/** The largest page that the server gives. */
const PAGE = 1000
/** A page of the browser holds them all in memory. */
export const MOST_ROWS = 100_000

/**
 * Every event of a query, the newest first.
 * @throws Error with more than `MOST_ROWS`
 */
export async function allOf(client: Client, question: EventQuery, told: (count: number) => void): Promise<AuditEvent[]> {
  const events: AuditEvent[] = []
  let cursor: string | undefined
  do {
    const query = { ...queryOf(question), limit: PAGE, ...(cursor !== undefined && { cursor }) }
    const page = await client.call('audit.events', { query })
    events.push(...page.events)
    told(events.length)
    cursor = page.next_cursor
    if (events.length > MOST_ROWS) throw new TooMany()
  } while (cursor !== undefined)
  return events
}

/** More rows than a browser should hold. */
export class TooMany extends Error {}

const COLUMNS = [
  'number',
  'time',
  'action',
  'outcome',
  'actor type',
  'actor',
  'actor id',
  'vault',
  'resource',
  'address',
  'rule',
  'details',
]

/** One line an event, for spreadsheets (RFC 4180). */
export function csvOf(events: readonly AuditEvent[], directory: Directory): string {
  const lines = events.map(event => [
    event.seq,
    event.created_at,
    event.action,
    outcomeOf(event) ?? 'ok',
    event.actor_type,
    actorOf(event, directory),
    event.actor_id,
    event.vault_id === undefined ? '' : (nameIn(directory, 'vault', event.vault_id) ?? event.vault_id),
    event.details['path'] ?? event.resource_id,
    event.ip_address,
    event.details['rule'] ?? '',
    JSON.stringify(event.details),
  ])
  return [COLUMNS, ...lines].map(line => `${line.map(cellOf).join(',')}\r\n`).join('')
}

/** A spreadsheet would run a text that starts like a formula; an apostrophe keeps it a text. */
function cellOf(value: unknown): string {
  const text = String(value)
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** One JSON object a line, as the API gives them. */
export function jsonLinesOf(events: readonly AuditEvent[]): string {
  return events.map(event => `${JSON.stringify(event)}\n`).join('')
}

/** The whole trail with its signed heads, or that up to one of them, as `1claw audit export` writes it. */
export async function signedTrail(client: Client, told: (count: number) => void, to?: number): Promise<string> {
  // The newest event first: the heads must cover what already exists.
  const newest = await client.call('audit.events', { query: { limit: 1 } })
  const all = await client.call('audit.checkpoints')
  const proof = { ...all, checkpoints: all.checkpoints.filter(({ seq }) => to === undefined || seq <= to) }
  const { public_key_base64: publicKey } = await client.call('auth.jwt-public-key')
  const until = to ?? Math.max(0, ...[...newest.events, ...proof.checkpoints].map(({ seq }) => seq))
  async function* pages() {
    let cursor: string | undefined
    let count = 0
    do {
      const page = await client.call('audit.events', { query: { order: 'asc', limit: PAGE, ...(cursor && { cursor }) } })
      count += page.events.length
      told(count)
      if (count > MOST_ROWS + PAGE) throw new TooMany()
      yield page.events.filter(({ seq }) => seq <= until)
      cursor = page.events.some(({ seq }) => seq >= until) ? undefined : page.next_cursor
    } while (cursor !== undefined)
  }
  let text = ''
  for await (const piece of trailText({ ...proof, publicKey }, pages(), new Date().toISOString())) text += piece
  return text
}

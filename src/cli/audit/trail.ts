import type { Client, Input, Reply } from '../../client/client.ts'
import type { SealedEvent, SignedCut, SignedHead } from '../../crypto/audit-chain.ts'
import type { SigningKeySuccession } from '../../crypto/signing-keys.ts'

export type AuditEvent = Reply<'audit.events'>['events'][number]

export type EventQuery = Omit<NonNullable<Input<'audit.events'>['query']>, 'limit' | 'cursor'>

/** The largest page that the server gives. */
const PAGE = 1000

/**
 * The organisation's events from the one after number `after` to number `until`, a page at a time. What is written in the meantime is left out:
 * no checkpoint that the caller has covers it.
 */
export async function* trailPages(client: Client, until: number, after = 0): AsyncGenerator<readonly SealedEvent[]> {
  let cursor = after === 0 ? undefined : String(after)
  do {
    const page = await client.call('audit.events', {
      query: { order: 'asc', limit: PAGE, ...(cursor !== undefined && { cursor }) },
    })
    yield page.events.filter(({ seq }) => seq <= until)
    if (page.events.some(({ seq }) => seq >= until)) return
    cursor = page.next_cursor
  } while (cursor !== undefined)
}

export interface TrailProof {
  readonly checkpoints: readonly SignedHead[]
  /** Raw Ed25519, base64. */
  readonly publicKey: string
  /** How that key and those before it took each other's place; undefined where there was one key only. */
  readonly successions?: readonly SigningKeySuccession[] | undefined
  /** The newest event that there was or that a checkpoint names, signed or not; 0 when there is none. */
  readonly until: number
  /** Undefined when the server shows neither events nor checkpoints. */
  readonly orgId: string | undefined
  /** Says that the events up to a number were removed. */
  readonly cut: SignedCut | undefined
}

/** What the server offers as proof. To be asked for before the events, so that it covers none that are not there yet. */
export async function trailProof(client: Client): Promise<TrailProof> {
  // The newest event first: what is there already must be covered by the checkpoints, or the server refused to sign it.
  const { events } = await client.call('audit.events', { query: { limit: 1 } })
  const [{ checkpoints, cut, successions }, { public_key_base64: publicKey }] = await Promise.all([
    client.call('audit.checkpoints'),
    client.call('auth.jwt-public-key'),
  ])
  const orgId = (events[0] ?? checkpoints[0])?.org_id
  const until = Math.max(0, ...[...events, ...checkpoints].map(({ seq }) => seq))
  return { checkpoints, publicKey, successions, orgId, cut, until }
}

/** So many events, from as many pages as that takes. */
export async function eventsUpTo(client: Client, query: EventQuery, limit: number): Promise<AuditEvent[]> {
  const events: AuditEvent[] = []
  let cursor: string | undefined
  do {
    const page = { limit: Math.min(limit - events.length, PAGE), ...(cursor !== undefined && { cursor }) }
    const reply = await client.call('audit.events', { query: { ...query, ...page } })
    events.push(...reply.events)
    cursor = reply.next_cursor
  } while (cursor !== undefined && events.length < limit)
  return events
}

import type { Client, Input, Reply } from '../../client/client.ts'
import type { SealedEvent, SignedCut, SignedHead } from '../../crypto/audit-chain.ts'
import type { SigningKeySuccession } from '../../crypto/signing-keys.ts'

export type AuditEvent = Reply<'audit.events'>['events'][number]

export type EventQuery = Omit<NonNullable<Input<'audit.events'>['query']>, 'limit' | 'cursor'>

/** The maximum size of a page. */
const PAGE = 1000

/**
 * The organisation's events after number `after` up to number `until`, one page at a time. Later events are left out: none of the caller's
 * checkpoints covers them.
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
  /** The succession of that key and the earlier ones; undefined if there was only one. */
  readonly successions?: readonly SigningKeySuccession[] | undefined
  /** The number of the newest event that exists or that a checkpoint names, signed or not; 0 without any. */
  readonly until: number
  /** Undefined if the server shows neither events nor checkpoints. */
  readonly orgId: string | undefined
  /** Says that the events up to a number were removed. */
  readonly cut: SignedCut | undefined
}

/** The server's proof. Request it before the events, so it does not cover later ones. */
export async function trailProof(client: Client): Promise<TrailProof> {
  // The newest event first: the checkpoints must cover what already exists, or the server refused to sign it.
  const { events } = await client.call('audit.events', { query: { limit: 1 } })
  const [{ checkpoints, cut, successions }, { public_key_base64: publicKey }] = await Promise.all([
    client.call('audit.checkpoints'),
    client.call('auth.jwt-public-key'),
  ])
  const orgId = (events[0] ?? checkpoints[0])?.org_id
  const until = Math.max(0, ...[...events, ...checkpoints].map(({ seq }) => seq))
  return { checkpoints, publicKey, successions, orgId, cut, until }
}

/** A number of events, from as many pages as needed. */
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

import { randomUUID } from 'node:crypto'
import type { Selectable } from 'kysely'
import { canonicalJson, eventHash, type SealedEvent } from '../../../src/crypto/audit-chain.ts'
import type { Schema } from '../../db/schema/schema.ts'
import type { NewEvent } from '../../policy/event.ts'
import { eventMac, type MacKey } from './mac.ts'

export type EventRow = Selectable<Schema['audit_events']>
export type HeadRow = Selectable<Schema['audit_heads']>

/** The maximum length of a text field, in characters; failed attempts can contain text from strangers. */
const MAX_TEXT = 1024

/** An event and its time, epoch milliseconds. */
export interface TimedEvent {
  readonly event: NewEvent
  readonly at: number
}

/** Appends events of one organisation, in order, to the head of its chain. Without a key they get no MAC. */
export function chain(
  head: HeadRow,
  events: readonly TimedEvent[],
  key: MacKey | undefined,
): { rows: EventRow[]; head: HeadRow } {
  const rows: EventRow[] = []
  let last = head
  for (const { event, at } of events) {
    const row = sealed(event, last, at, key)
    rows.push(row)
    last = { org_id: head.org_id, seq: row.seq, event_id: row.id, integrity_hash: row.integrity_hash }
  }
  return { rows, head: last }
}

function sealed(event: NewEvent, last: HeadRow, now: number, key: MacKey | undefined): EventRow {
  const row: { -readonly [Column in keyof EventRow]: EventRow[Column] } = {
    org_id: event.orgId,
    seq: last.seq + 1,
    id: randomUUID(),
    action: storable(event.action),
    actor_id: storable(event.actorId),
    actor_type: event.actorType,
    resource_type: storable(event.resourceType),
    resource_id: storable(event.resourceId),
    vault_id: event.vaultId ?? null,
    details: canonicalJson(event.details ?? {}),
    ip_address: storable(event.ipAddress),
    created_at: now,
    prev_event_id: last.event_id,
    integrity_hash: '',
    mac: null,
  }
  const wire = { ...row, vault_id: event.vaultId, created_at: isoOf(now) }
  row.integrity_hash = eventHash(wire, last.integrity_hash, row.details)
  if (key) row.mac = eventMac(key, row.integrity_hash)
  return row
}

let lastAt = { ms: 0, iso: new Date(0).toISOString() }

/** Events of one commit have the same time. */
function isoOf(ms: number): string {
  if (lastAt.ms !== ms) lastAt = { ms, iso: new Date(ms).toISOString() }
  return lastAt.iso
}

/** The details of an event. A row stores the text that was hashed. */
export function detailsOf({ details }: Pick<EventRow, 'details'>): Record<string, unknown> {
  return JSON.parse(details) as Record<string, unknown>
}

/** A stored row in transport form, from which hashes are computed. */
export function sealedEvent(row: EventRow): SealedEvent & { details: Record<string, unknown> } {
  const { vault_id, details: _details, created_at, mac: _mac, ...rest } = row
  return {
    ...rest,
    ...(vault_id !== null && { vault_id }),
    details: detailsOf(row),
    created_at: new Date(created_at).toISOString(),
  }
}

/** Nearly every text is short, with nothing to replace. */
const PLAIN = /^[\x20-\x7e]{0,1024}$/

/** Text that both engines return unchanged: no NUL (PostgreSQL refuses it) and no lone surrogates (UTF-8 has none). */
function storable(text: string): string {
  if (PLAIN.test(text)) return text
  return text.slice(0, MAX_TEXT).toWellFormed().replaceAll('\0', '\ufffd')
}

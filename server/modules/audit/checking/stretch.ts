import { eventHash, GENESIS } from '../../../../src/crypto/audit-chain.ts'
import type { EventRow } from '../../../stores/audit/chaining.ts'
import { isMacOf, type MacKey } from '../../../stores/audit/mac.ts'

/** An event in its place; the next one continues it. */
export interface Position {
  readonly seq: number
  readonly id: string
  readonly hash: string
}

/** Before the first event. */
export const START: Position = { seq: GENESIS.seq, id: GENESIS.id, hash: GENESIS.hash }

/** A head that was signed: the event with this number has this hash. */
export type Pinned = readonly [seq: number, hash: string]

/** What events are held to beside the hash of the one before. */
export interface Proofs {
  /** Of the MACs. */
  readonly keys: readonly MacKey[]
  /** The last event that may have no MAC. */
  readonly macless: number
  readonly pinned: readonly Pinned[]
}

/** The first thing that is wrong. */
export interface StretchFault {
  readonly seq: number
  /** The end of a sentence about the chain. */
  readonly why: string
}

/** A part of a chain: the events after `from`, up to number `to`. */
export interface Stretch {
  readonly orgId: string
  readonly from: Position
  readonly to: number
}

/** How far a stretch was looked at, and what ended it. */
export interface StretchEnd {
  readonly end: Position
  readonly fault?: StretchFault | undefined
}

/** The next events of the chain after a number, in order, up to another. */
export type Rows = (orgId: string, after: number, to: number, limit: number) => Promise<readonly EventRow[]>

/**
 * Looks at each event of a stretch: it stands where its number says, continues the one before, is what its hash says, this server wrote
 * it, and it is what was signed in its place. Ends at the first fault, or when it is told to stop.
 * @param page events read at a time
 */
export async function checkStretch(
  { orgId, from, to }: Stretch,
  proofs: Proofs,
  rows: Rows,
  { page, stopped, turn }: { page: number; stopped?: () => boolean; turn?: () => Promise<unknown> },
): Promise<StretchEnd> {
  const pinned = new Map(proofs.pinned)
  let end = from
  while (end.seq < to) {
    if (stopped?.()) return { end }
    const found = await rows(orgId, end.seq, to, page)
    if (found.length === 0) return { end, fault: { seq: end.seq + 1, why: `event ${end.seq + 1} is gone` } }
    for (const row of found) {
      const why = faultOf(row, end, proofs) ?? (pinned.get(row.seq) ?? row.integrity_hash) !== row.integrity_hash
      if (why) return { end, fault: { seq: row.seq, why: `event ${row.seq}: ${why === true ? REPLACED : why}` } }
      end = { seq: row.seq, id: row.id, hash: row.integrity_hash }
    }
    await turn?.()
  }
  return { end }
}

const REPLACED = 'another event was signed in this place'

function faultOf(row: EventRow, before: Position, { keys, macless }: Proofs): string | undefined {
  if (row.seq !== before.seq + 1) return `event ${before.seq + 1} is gone`
  if (row.prev_event_id !== before.id) return 'it names another event as the one before it'
  const sealed = { ...row, vault_id: row.vault_id ?? undefined, created_at: new Date(row.created_at).toISOString() }
  if (eventHash(sealed, before.hash, row.details) !== row.integrity_hash) return 'its content does not fit its hash'
  if (row.seq <= macless && row.mac === null) return undefined
  return isMacOf(keys, row) ? undefined : 'this server did not write it'
}

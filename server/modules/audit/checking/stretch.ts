import { eventHash, GENESIS } from '../../../../src/crypto/audit-chain.ts'
import type { EventRow } from '../../../stores/audit/chaining.ts'
import { isMacOf, type MacKey } from '../../../stores/audit/mac.ts'

/** An event and its number in the chain; the next event continues it. */
export interface Position {
  readonly seq: number
  readonly id: string
  readonly hash: string
}

/** Before the first event. */
export const START: Position = { seq: GENESIS.seq, id: GENESIS.id, hash: GENESIS.hash }

/** A signed head: the event with this number has this hash. */
export type Pinned = readonly [seq: number, hash: string]

/** The proofs against which events are checked, in addition to the hash of the previous event. */
export interface Proofs {
  /** The key of the MACs. */
  readonly keys: readonly MacKey[]
  /** The last event that may have no MAC. */
  readonly macless: number
  readonly pinned: readonly Pinned[]
  /** Events must be older than this, epoch milliseconds: used for events that are about to be removed. */
  readonly before?: number | undefined
}

/** The first fault. */
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

/** How far a range was checked, and what ended the check. */
export interface StretchEnd {
  readonly end: Position
  readonly fault?: StretchFault | undefined
}

/** The next events of the chain after a number, in order, up to another. */
export type Rows = (orgId: string, after: number, to: number, limit: number) => Promise<readonly EventRow[]>

/** Checks events as they arrive. */
export interface StretchChecker {
  /** Takes the next events and returns the first fault; pass nothing in after a fault. */
  feed(rows: readonly EventRow[]): StretchFault | undefined
  /** The last event without a fault. */
  end(): Position
}

/** Checks each event: its number, its link to the previous one, its hash, its MAC, and the signed head with its number, if there is one. */
export function stretchChecker(from: Position, proofs: Proofs): StretchChecker {
  const pinned = new Map(proofs.pinned)
  let end = from
  return {
    end: () => end,
    feed(rows) {
      if (rows.length === 0) return { seq: end.seq + 1, why: `event ${end.seq + 1} is missing` }
      for (const row of rows) {
        const isReplaced = (pinned.get(row.seq) ?? row.integrity_hash) !== row.integrity_hash
        const why = faultOf(row, end, proofs) ?? (isReplaced ? 'another event was signed in this place' : undefined)
        if (why) return { seq: row.seq, why: `event ${row.seq}: ${why}` }
        end = { seq: row.seq, id: row.id, hash: row.integrity_hash }
      }
      return undefined
    },
  }
}

/**
 * Checks each event of a range. Ends at the first fault, or when it is stopped.
 * @param page number of events read at a time
 */
export async function checkStretch(
  { orgId, from, to }: Stretch,
  proofs: Proofs,
  rows: Rows,
  { page, stopped, turn }: { page: number; stopped?: () => boolean; turn?: () => Promise<unknown> },
): Promise<StretchEnd> {
  const checker = stretchChecker(from, proofs)
  while (checker.end().seq < to && !stopped?.()) {
    const fault = checker.feed(await rows(orgId, checker.end().seq, to, page))
    if (fault) return { end: checker.end(), fault }
    await turn?.()
  }
  return { end: checker.end() }
}

function faultOf(row: EventRow, before: Position, { keys, macless, before: time }: Proofs): string | undefined {
  if (row.seq !== before.seq + 1) return `event ${before.seq + 1} is missing`
  if (row.prev_event_id !== before.id) return 'it does not continue the previous event'
  const sealed = { ...row, vault_id: row.vault_id ?? undefined, created_at: new Date(row.created_at).toISOString() }
  if (eventHash(sealed, before.hash, row.details) !== row.integrity_hash) return 'its content does not match its hash'
  if (time !== undefined && row.created_at >= time) return 'it is not old enough to be removed'
  if (row.seq <= macless && row.mac === null) return undefined
  return isMacOf(keys, row) ? undefined : 'this server did not write it'
}

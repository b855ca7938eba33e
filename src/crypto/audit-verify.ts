/**
 * Checks a chain of audit events against its signed checkpoints, a page at a time, so a trail of any length needs little memory. A fault
 * must not hide later ones: each event is checked against the one before it as stored *and* as recomputed, so one edited event is one
 * fault.
 */
import {
  checkpointDigest,
  eventHash,
  GENESIS,
  isCutSignedBy,
  isSignedBy,
  type SealedEvent,
  type SignedCut,
  type SignedHead,
  tellsOf,
} from './audit-chain.ts'
import { keyFor, placeInLine, type SigningKeyLine, type SigningKeySuccession, signingKeyLine } from './signing-keys.ts'

/**
 * `edited` an event's content or hash was changed · `missing` events were taken out · `reordered` an event is not in its original place · `forged` hashes that are consistent, but differ from what was signed · `truncated` events after the last one here were signed ·
 * `bad-signature` a checkpoint that the key never signed.
 */
export type FaultKind = 'edited' | 'missing' | 'reordered' | 'forged' | 'truncated' | 'bad-signature'

export interface ChainFault {
  readonly seq: number
  readonly kind: FaultKind
  readonly detail: string
}

export interface ChainReport {
  readonly ok: boolean
  /** The number of checked events. */
  readonly checked: number
  /** In the order in which they were found; at most 1000. */
  readonly faults: readonly ChainFault[]
  /** The newest event that a valid signature covers; 0 if there is none. */
  readonly signedTo: number
  /** The number before the first checked event: earlier events were verified before, or removed. */
  readonly from: number
  /** The accepted cut. */
  readonly cut: SignedCut | undefined
}

/** Where a trail starts, if not with its first event. An unsigned start is a fault, and is ignored. */
export interface TrailStart {
  /** Says that the events up to a number were removed. It counts only if a later event records it, or `kept` has the removed events. */
  readonly cut?: SignedCut | undefined
  /** The events of an earlier file. If it ends where this trail starts, nothing is missing in between. */
  readonly kept?: readonly SealedEvent[] | undefined
  /** The head of what was verified before. Its event must exist and be passed in, too. */
  readonly since?: SignedHead | undefined
}

export interface ChainVerifier {
  /** The events after this number must be passed in. */
  readonly after: number
  /** Whether no fault was found so far. */
  isSound(): boolean
  /** The next events, in the order of the trail. */
  feed(events: readonly SealedEvent[]): void
  /** Call this once, after the last event. */
  finish(): ChainReport
}

const MAX_FAULTS = 1000

/** Checks a whole trail. `publicKey` is the raw 32 bytes of Ed25519; `successions` lead from it to its predecessors and successors. */
export async function verifyChain(
  pages: AsyncIterable<readonly SealedEvent[]> | Iterable<readonly SealedEvent[]>,
  checkpoints: readonly SignedHead[],
  publicKey: Uint8Array,
  { successions = [], ...start }: TrailStart & { readonly successions?: readonly SigningKeySuccession[] | undefined } = {},
): Promise<ChainReport> {
  const verifier = chainVerifier(checkpoints, signingKeyLine(publicKey, successions), start)
  for await (const page of pages) verifier.feed(page)
  return verifier.finish()
}

/** The state of the chain: the last event in order, and the hashes that the next one can continue. */
interface Position {
  readonly seq: number
  readonly id: string
  readonly hashes: readonly string[]
  readonly sound: boolean
}

interface Gap {
  from: number
  to: number
}

/** A verifier that gets pages. `line` has the keys that can have signed. */
export function chainVerifier(
  checkpoints: readonly SignedHead[],
  line: SigningKeyLine,
  { cut: offered, since: verified, kept = [] }: TrailStart = {},
): ChainVerifier {
  const faults: ChainFault[] = []
  const report = (seq: number, kind: FaultKind, detail: string) => {
    if (faults.length < MAX_FAULTS) faults.push({ seq, kind, detail })
  }
  const signed = goodHeads(checkpoints, line, report)
  const gaps: Gap[] = []
  let orgId = (checkpoints[0] ?? offered ?? verified)?.org_id
  let checked = 0
  const cut = goodCut(offered, orgId, line, report)
  const since = verified && verified.org_id === orgId && isSignedBy(verified, keyFor(line, verified)) ? verified : undefined
  const isResumed = since !== undefined && since.seq > (cut?.seq ?? 0)
  const begin = isResumed ? since : cut
  const from = begin?.seq ?? GENESIS.seq
  let last: Position = {
    seq: from,
    id: begin?.event_id ?? GENESIS.id,
    hashes: [begin?.integrity_hash ?? GENESIS.hash],
    sound: true,
  }
  let isBeginThere = !isResumed
  let toldAt = isResumed || !cut || kept.some(event => isLastOf(cut, event)) ? from : undefined
  if (begin && signed.get(from)?.some(hash => hash !== begin.integrity_hash)) {
    report(from, 'forged', 'a signed checkpoint has another hash here: history up to here was rewritten')
  }

  function take(event: SealedEvent): void {
    if (event.seq <= from) {
      // Removed events can still exist for a while; they are not faults.
      isBeginThere ||= event.seq === from && event.id === last.id && last.hashes.includes(event.integrity_hash)
      return
    }
    checked++
    orgId ??= event.org_id
    if (event.org_id !== orgId) report(event.seq, 'forged', `it belongs to another organisation, ${event.org_id}`)
    if (event.seq <= last.seq) {
      outOfPlace(event)
      return
    }
    if (event.seq > last.seq + 1) gaps.push({ from: last.seq + 1, to: event.seq - 1 })
    // After a gap the previous event is unknown, so the next event is checked against its own hash.
    const follows = event.seq === last.seq + 1 ? judge(event, last) : { sound: true, hashes: [event.integrity_hash] }
    if (follows.fault) report(event.seq, follows.fault.kind, follows.fault.detail)
    if (signed.get(event.seq)?.some(hash => !follows.hashes.includes(hash))) {
      report(event.seq, 'forged', 'a signed checkpoint has another hash here: history up to here was rewritten')
    }
    last = { seq: event.seq, id: event.id, hashes: follows.hashes, sound: follows.sound }
    if (cut && follows.sound && tellsOf(event, cut)) toldAt ??= event.seq
  }

  function outOfPlace(event: SealedEvent): void {
    if (fill(gaps, event.seq)) report(event.seq, 'reordered', `it stands after event ${last.seq}`)
    else report(event.seq, 'forged', 'there is more than one event with this number')
  }

  return {
    after: isResumed ? from - 1 : from,
    isSound: () => faults.length === 0 && gaps.length === 0 && toldAt !== undefined,
    feed: events => events.forEach(take),
    finish() {
      if (!isBeginThere) report(from, 'missing', 'it was verified before, and is gone or is another event')
      for (const gap of gaps)
        report(gap.from, 'missing', gap.from === gap.to ? 'it is gone' : `${gap.from} to ${gap.to} are gone`)
      const signedTo = Math.max(from, ...signed.keys())
      if (toldAt === undefined || toldAt > signedTo) report(1, 'missing', untold(from))
      if (signedTo > last.seq) {
        report(last.seq + 1, 'truncated', `the trail ends at ${last.seq}, but ${signedTo} events were signed`)
      } else if (last.seq > signedTo) {
        report(signedTo + 1, 'forged', `no signed checkpoint covers ${signedTo + 1} to ${last.seq}`)
      }
      return { ok: faults.length === 0, checked, faults, signedTo, from, cut: toldAt === undefined ? undefined : cut }
    },
  }
}

/** The cut, if a key of the line signed it for this organisation. */
function goodCut(
  cut: SignedCut | undefined,
  orgId: string | undefined,
  line: SigningKeyLine,
  report: Report,
): SignedCut | undefined {
  if (!cut) return undefined
  if (!isCutSignedBy(cut, keyFor(line, cut))) {
    report(cut.seq, 'bad-signature', `the removal of the events up to ${cut.seq} was not signed by this key`)
    return undefined
  }
  if (cut.org_id === orgId) return cut
  report(cut.seq, 'forged', `the removal of the events up to ${cut.seq} is of another organisation`)
  return undefined
}

function isLastOf({ org_id, seq, event_id, integrity_hash }: SignedCut, event: SealedEvent): boolean {
  return event.org_id === org_id && event.seq === seq && event.id === event_id && event.integrity_hash === integrity_hash
}

function untold(to: number): string {
  return `1 to ${to} are missing, and no signed event here records their removal: compare with the export that ends with ${to}`
}

type Report = (seq: number, kind: FaultKind, detail: string) => void

/** The signed heads of a chain by their number; undefined if any of them is not as a key signed it, or if there are two for a number. */
export function soundHeads(checkpoints: readonly SignedHead[], line: SigningKeyLine): ReadonlyMap<number, string> | undefined {
  let sound = true
  const heads = goodHeads(checkpoints, line, () => {
    sound = false
  })
  const single = [...heads].map(([seq, hashes]) => [seq, hashes[0] ?? ''] as const)
  return sound && [...heads.values()].every(hashes => new Set(hashes).size === 1) ? new Map(single) : undefined
}

/**
 * The hashes of the heads that a key of the line signed. Two for one number mean two histories, so none of them may be dropped. After a key
 * has signed, its predecessors may not sign any more.
 */
function goodHeads(checkpoints: readonly SignedHead[], line: SigningKeyLine, report: Report): Map<number, string[]> {
  const signed = new Map<number, string[]>()
  let newest = 0
  for (const head of checkpoints.toSorted((one, other) => one.seq - other.seq)) {
    const place = placeInLine(line, head.kid)
    if (!isSignedBy(head, keyFor(line, head)))
      report(head.seq, 'bad-signature', `checkpoint ${head.seq} was not signed by this key`)
    else if (place < newest) report(head.seq, 'forged', `checkpoint ${head.seq} was signed with a key that had been replaced`)
    else if (head.org_id !== checkpoints[0]?.org_id)
      report(head.seq, 'forged', `checkpoint ${head.seq} is of another organisation`)
    else {
      newest = place
      signed.set(head.seq, [...(signed.get(head.seq) ?? []), head.integrity_hash])
    }
  }
  reportBrokenLinks(checkpoints, report)
  return signed
}

/** Each checkpoint names the one before it. Not all old ones are kept, so a link is compared with the checkpoints that exist. */
function reportBrokenLinks(checkpoints: readonly SignedHead[], report: Report): void {
  const digests = Map.groupBy(checkpoints, head => head.seq)
  for (const { seq, prev_seq, prev_digest } of checkpoints) {
    const before = prev_seq === undefined ? undefined : digests.get(prev_seq)
    if (!before || before.some(head => checkpointDigest(head) === prev_digest)) continue
    report(seq, 'forged', `checkpoint ${seq} does not continue checkpoint ${prev_seq}`)
  }
}

interface Judgement {
  readonly sound: boolean
  readonly hashes: readonly string[]
  readonly fault?: { readonly kind: FaultKind; readonly detail: string }
}

/** The relation of an event to the one right before it. */
function judge(event: SealedEvent, last: Position): Judgement {
  const recomputed = last.hashes.map(hash => eventHash(event, hash))
  const linked = event.prev_event_id === last.id
  if (recomputed.includes(event.integrity_hash)) {
    // An edited id of the previous event was reported there; this event still names the original id.
    if (linked || !last.sound) return { sound: true, hashes: [event.integrity_hash] }
    const detail = `its hash fits event ${last.seq}, but it names another as the one before it`
    return { sound: false, hashes: [event.integrity_hash], fault: { kind: 'forged', detail } }
  }
  // All possible hashes: as stored, computed from the stored hash before it, and computed from content alone since the last sound event.
  const hashes = [event.integrity_hash, ...recomputed.slice(0, 1), ...recomputed.slice(1).slice(-1)]
  const relinked = { ...event, prev_event_id: last.id }
  if (linked || last.hashes.some(hash => eventHash(relinked, hash) === event.integrity_hash)) {
    return { sound: false, hashes, fault: { kind: 'edited', detail: 'its content does not match its hash' } }
  }
  return { sound: false, hashes, fault: { kind: 'reordered', detail: `it was not written after event ${last.seq}` } }
}

/** Removes a number from the gap that contains it. */
function fill(gaps: Gap[], seq: number): boolean {
  const at = gaps.findIndex(gap => gap.from <= seq && seq <= gap.to)
  const gap = gaps[at]
  if (!gap) return false
  const rest = [
    { from: gap.from, to: seq - 1 },
    { from: seq + 1, to: gap.to },
  ]
  gaps.splice(at, 1, ...rest.filter(part => part.from <= part.to))
  return true
}

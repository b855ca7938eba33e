import type { Contract } from '../../../../src/contract/all.ts'

export type Proof = Pick<Contract['audit.checkpoints']['reply'], 'checkpoints' | 'cut'>
export type Verdict = Contract['audit.verify']['reply']

/** The events between two signed heads, or between the first and last of several that share a segment. */
export interface Segment {
  readonly from: number
  readonly to: number
  /** When the head before was signed (RFC 3339); undefined for the first. */
  readonly since: string | undefined
  readonly signed: string
  /** The number of heads in it. */
  readonly heads: number
  readonly faults: number
}

/** The chain as a number of segments up to `most`, each with about as many heads. */
export function segmentsOf({ checkpoints, cut }: Proof, faults: Verdict['faults'], most: number): readonly Segment[] {
  const heads = checkpoints.filter(({ seq }) => seq > (cut?.seq ?? 0)).toSorted((one, other) => one.seq - other.seq)
  const each = Math.ceil(heads.length / most)
  const segments: Segment[] = []
  for (let start = 0; start < heads.length; start += each) {
    const inside = heads.slice(start, start + each)
    const last = inside.at(-1)
    if (!last) break
    const before = heads[start - 1]
    const from = (before?.seq ?? cut?.seq ?? 0) + 1
    const to = last.seq
    segments.push({
      from,
      to,
      since: before?.created_at,
      signed: last.created_at,
      heads: inside.length,
      faults: faults.filter(({ seq }) => seq >= from && seq <= to).length,
    })
  }
  return segments
}

/** The finding, in a sentence. */
export function chainFinding(segments: readonly Segment[], verdict: Pick<Verdict, 'faults'> | undefined): string {
  const [first, last] = [segments[0], segments.at(-1)]
  if (!first || !last) return 'No event is signed yet.'
  const heads = segments.reduce((sum, each) => sum + each.heads, 0)
  const events = last.to - first.from + 1
  const signed = `${events.toLocaleString()} ${events === 1 ? 'event' : 'events'}, no. ${first.from.toLocaleString()} to ${last.to.toLocaleString()}, below ${heads.toLocaleString()} signed ${heads === 1 ? 'head' : 'heads'}`
  if (!verdict) return `${signed}; not verified on this page yet.`
  const { length } = verdict.faults
  return `${signed}; ${length === 0 ? 'nothing was changed.' : `${length} ${length === 1 ? 'fault' : 'faults'}.`}`
}

/** A segment in words: `No. 1 to 64: 64 events, signed Nov 28, 2026, 11:24 PM`. */
export function describedSegment({ from, to, heads, faults }: Segment, signed: string): string {
  const events = to - from + 1
  return [
    `No. ${from.toLocaleString()} to ${to.toLocaleString()}: ${events.toLocaleString()} ${events === 1 ? 'event' : 'events'}`,
    heads > 1 ? `${heads.toLocaleString()} heads, the last signed ${signed}` : `signed ${signed}`,
    ...(faults > 0 ? [`${faults} ${faults === 1 ? 'fault' : 'faults'}`] : []),
  ].join(', ')
}

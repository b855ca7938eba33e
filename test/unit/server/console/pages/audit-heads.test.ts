import { describe, expect, it } from 'vitest'
import { chainFinding, describedSegment, segmentsOf } from '../../../../../server/console/pages/audit/heads.ts'

const head = (seq: number) => ({
  org_id: '',
  seq,
  event_id: '',
  integrity_hash: '',
  created_at: `2026-03-01T00:00:${String(seq % 60).padStart(2, '0')}Z`,
  signature: '',
  kid: '',
})
const cutAt = (seq: number) => ({ ...head(seq), reason: '', kept_in: '', kept_sha256: '', prev_seq: 0 })
const fault = (seq: number) => ({ seq, kind: 'hash', detail: '' })

describe('the chain between signed heads', () => {
  it('is a segment for each head, in order, with the faults in it', () => {
    const segments = segmentsOf({ checkpoints: [128, 64, 130].map(head) }, [fault(64), fault(65), fault(128)], 10)
    expect(segments.map(({ from, to, faults }) => [from, to, faults])).toEqual([
      [1, 64, 1],
      [65, 128, 2],
      [129, 130, 0],
    ])
    expect(segments.map(({ since }) => since)).toEqual([undefined, head(64).created_at, head(128).created_at])
  })

  it('starts after the removed events', () => {
    const segments = segmentsOf({ checkpoints: [64, 128, 130].map(head), cut: cutAt(100) }, [], 10)
    expect(segments.map(({ from, to }) => [from, to])).toEqual([
      [101, 128],
      [129, 130],
    ])
  })

  it('has no more segments than there is room for, and covers every event once', () => {
    const heads = Array.from({ length: 1000 }, (_, at) => head((at + 1) * 64))
    const segments = segmentsOf({ checkpoints: heads }, [], 14)
    expect(segments.length).toBeLessThanOrEqual(14)
    expect(segments.map(({ from }) => from)).toEqual([1, ...segments.slice(0, -1).map(({ to }) => to + 1)])
    expect(segments.at(-1)?.to).toBe(64_000)
    expect(segments.reduce((sum, each) => sum + each.heads, 0)).toBe(1000)
  })

  it('has a finding in a sentence, and a name for each segment', () => {
    const proof = { checkpoints: [64, 128].map(head) }
    const segments = segmentsOf(proof, [fault(3)], 10)
    expect(chainFinding([], undefined)).toBe('No event is signed yet.')
    expect(chainFinding(segments, undefined)).toBe(
      '128 events, no. 1 to 128, below 2 signed heads; not verified on this page yet.',
    )
    expect(chainFinding(segments, { faults: [] })).toBe('128 events, no. 1 to 128, below 2 signed heads; nothing was changed.')
    expect(chainFinding(segments, { faults: [fault(3)] })).toBe('128 events, no. 1 to 128, below 2 signed heads; 1 fault.')
    expect(segments.map(each => describedSegment(each, 'at noon'))).toEqual([
      'No. 1 to 64: 64 events, signed at noon, 1 fault',
      'No. 65 to 128: 64 events, signed at noon',
    ])
  })
})

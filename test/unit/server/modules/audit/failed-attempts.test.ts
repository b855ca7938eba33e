import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FailedAttempt } from '../../../../../server/http/mount.ts'
import { failedAttempts } from '../../../../../server/modules/audit/failed-attempts.ts'
import type { NewEvent } from '../../../../../server/policy/event.ts'

const AGENT = { type: 'agent', id: 'a1', orgId: 'o1' } as FailedAttempt['actor']
const attempt = (more: Partial<FailedAttempt>): FailedAttempt => ({
  action: 'secret.read',
  actor: undefined,
  vaultId: 'v1',
  path: 'prod/db',
  status: 401,
  reason: undefined,
  why: { rule: 'no-policy' },
  attempted: {},
  ip: '192.0.2.1',
  ...more,
})

describe('denied attempts', () => {
  let events: NewEvent[]
  let attempts: ReturnType<typeof failedAttempts>
  beforeEach(() => {
    vi.useFakeTimers()
    events = []
    attempts = failedAttempts({ recordLater: event => void events.push(event) })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('of a stranger are one event by action and address, and one more with the count after a minute', () => {
    for (let n = 0; n < 5000; n++) attempts.record(attempt({ path: `guess/${n}`, vaultId: `v${n}` }))
    expect(events).toHaveLength(1)
    vi.advanceTimersByTime(60_000)
    expect(events).toHaveLength(2)
    expect(events.map(({ resourceId, details }) => [resourceId, details])).toEqual([
      ['', { outcome: 'denied', status: 401, rule: 'no-policy' }],
      ['', { outcome: 'denied', status: 401, rule: 'no-policy', repeats: 4999 }],
    ])
    attempts.record(attempt({}))
    expect(events).toHaveLength(3)
  })

  it('of strangers from too many addresses are summed up without the address', () => {
    for (let n = 0; n < 20_000; n++) attempts.record(attempt({ ip: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` }))
    expect(events).toHaveLength(10_001)
    attempts.flush()
    expect(events.at(-1)).toMatchObject({ ipAddress: '', details: { repeats: 9_999 } })
  })

  it('of a principal keep their path, and repeats are counted', () => {
    const refused = { actor: AGENT, status: 403 }
    for (let n = 0; n < 3; n++) for (const path of ['a', 'b']) attempts.record(attempt({ ...refused, path }))
    expect(events.map(({ resourceId }) => resourceId)).toEqual(['a', 'b'])
    attempts.flush()
    expect(events.slice(2).map(({ resourceId, details }) => [resourceId, details?.['repeats']])).toEqual([
      ['a', 2],
      ['b', 2],
    ])
  })

  it('of a principal beyond a hundred different ones a minute are summed up', () => {
    for (let n = 0; n < 5000; n++) attempts.record(attempt({ actor: AGENT, status: 403, path: `p${n}` }))
    expect(events).toHaveLength(101)
    attempts.flush()
    expect(events).toHaveLength(102)
    expect(events.at(-1)).toMatchObject({ orgId: 'o1', resourceId: '', details: { summed: true, repeats: 4899 } })
  })
})

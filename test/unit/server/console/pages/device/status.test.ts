import { describe, expect, it } from 'vitest'
import { phaseAfter, phaseOf } from '../../../../../../server/console/pages/device/status.ts'
import { problemOfReply } from '../../../../../../src/problem.ts'

describe('standingIn', () => {
  const who = { client_id: 'cli', requested_from: '203.0.113.7', requested_at: '2026-01-02T12:00:00.000Z' }

  it('shows the question with who asks', () => {
    expect(phaseOf({ status: 'pending', ...who })).toEqual({
      at: 'asking',
      asker: { program: 'cli', address: '203.0.113.7', at: '2026-01-02T12:00:00.000Z' },
    })
  })

  it('treats a reply that does not name the caller as the end of the session', () => {
    expect(() => phaseOf({ status: 'pending' })).toThrow(expect.objectContaining({ code: 'auth.required' }))
  })

  it.each(['approved', 'denied'] as const)('recognises a login that was %s elsewhere', status => {
    expect(phaseOf({ status, ...who })).toEqual({ at: 'decided', status, here: false })
  })

  it('recognises an expired login', () => {
    expect(phaseOf({ status: 'expired' })).toEqual({ at: 'expired' })
  })
})

describe('standingAfter', () => {
  it.each([
    [404, 'unknown'],
    [403, 'foreign'],
    [410, 'expired'],
    [429, 'locked'],
    [500, 'failed'],
    [503, 'failed'],
  ])('treats %d as "%s"', (status, at) => {
    expect(phaseAfter(problemOfReply(status, { detail: 'Because.' }), 0).at).toBe(at)
  })

  it('reports when a lock ends', () => {
    expect(phaseAfter(problemOfReply(429, {}, { retryAfter: 900 }), 1_000)).toEqual({ at: 'locked', until: 901_000 })
  })
})

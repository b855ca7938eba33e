import { describe, expect } from 'vitest'
import { testsOn } from '../../support/fixtures.ts'
import { ok, PASSWORD } from '../../support/world.ts'

/** More than the queue has room for. */
const AT_ONCE = 260
const WAITING = 201

const it = testsOn('sqlite', {}, {})

// Creates the fixtures of the file before its tests.
it.beforeAll(() => {})

describe('a flood of sign-ins', () => {
  it('is bounded: requests beyond the queue are told when to retry, and other routes keep working', async ({ world }) => {
    const { email, token } = await world.signUp()
    const body = { email, password: PASSWORD }
    let answered = 0
    const flood = Array.from({ length: AT_ONCE }, async () => {
      const reply = await world.call('POST', '/v1/auth/token', { body })
      answered++
      return reply
    })
    // Requested while they wait, and answered long before the last of them.
    await ok(world.call('GET', '/v1/vaults', { token }))
    await ok(world.call('GET', '/livez'))
    expect(answered).toBeLessThan(AT_ONCE - WAITING / 2)

    const replies = await Promise.all(flood)
    const turnedAway = replies.filter(({ status }) => status === 503)
    expect(replies.filter(({ status }) => status === 200).length + turnedAway.length).toBe(AT_ONCE)
    expect(turnedAway.length).toBeGreaterThan(0)
    expect(turnedAway.length).toBeLessThanOrEqual(AT_ONCE - WAITING + 1)
    for (const { headers } of turnedAway) expect(headers['retry-after']).toBe('2')
    expect((await world.call('POST', '/v1/auth/token', { body })).status).toBe(200)
  })
})

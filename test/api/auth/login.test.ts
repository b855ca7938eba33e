import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { allEvents } from '../../support/rows.ts'
import { PASSWORD } from '../../support/world.ts'

const MINUTE = 60_000

const REFUSED = { method: 'password', rule: 'credentials' }

describe.each(
  onEngines(engine => testsOn(engine).extend('user', { scope: 'file' }, ({ world }) => world.signUp('person@example.com'))),
)('signing in, on $engine', ({ it: base }) => {
  let ip: string
  let addresses = 0
  const it = base.extend('calls', ({ world, user }) => {
    const login = (email: string, password: string, from = ip) =>
      world.call('POST', '/v1/auth/token', { body: { email, password }, ip: from })
    const fail = async (times: number, email = user.email, from = ip) => {
      for (let i = 0; i < times; i++) expect((await login(email, 'wrong', from)).status).toBe(401)
    }
    return { login, fail }
  })
  // The clock ends the locks of the previous test, a success resets its failures, and each test uses a new address.
  it.beforeEach(async ({ world, user, calls: { login } }) => {
    world.advance(16 * MINUTE)
    await login(user.email, PASSWORD, '192.0.2.254')
    ip = `198.51.100.${++addresses}`
  })

  it('returns a token, however the address is written', async ({ user, calls: { login } }) => {
    for (const email of [user.email, ' PERSON@Example.Com ', 'ｐｅｒｓｏｎ@example.com']) {
      const { status, body } = await login(email, PASSWORD)
      expect({ status, ...body }).toEqual({
        status: 200,
        access_token: expect.any(String),
        token_type: 'Bearer',
        expires_in: 900,
      })
    }
  })

  it('answers the same for an unknown account and a wrong password', async ({ user, calls: { login } }) => {
    const [wrong, unknown] = [await login(user.email, 'wrong'), await login('nobody@example.com', 'wrong')]
    expect(wrong.status).toBe(401)
    expect({ ...wrong.body, request_id: '' }).toEqual({ ...unknown.body, request_id: '' })
    expect(Object.keys(wrong.headers).sort()).toEqual(Object.keys(unknown.headers).sort())
  })

  it('locks an account after five failures, for 15 minutes and from everywhere', async ({
    world,
    user,
    calls: { login, fail },
  }) => {
    await fail(5)
    const locked = await login(user.email, PASSWORD, '192.0.2.1')
    expect(locked).toMatchObject({ status: 429, body: { title: 'Too Many Requests' } })
    expect(Number(locked.headers['retry-after'])).toBeGreaterThan(14 * 60)
    expect(Number(locked.headers['retry-after'])).toBeLessThanOrEqual(15 * 60)
    world.advance(14 * MINUTE)
    expect((await login(user.email, PASSWORD, '192.0.2.1')).status).toBe(429)
    world.advance(MINUTE + 1)
    expect((await login(user.email, PASSWORD, '192.0.2.1')).status).toBe(200)
  })

  it('counts one account, however its address is written', async ({ calls: { login, fail } }) => {
    const spellings = [
      'person@example.com',
      'PERSON@example.com',
      ' person@example.com',
      'person@EXAMPLE.com\t',
      'ｐerson@example.com',
    ]
    for (const [i, email] of spellings.entries()) await fail(1, email, `192.0.2.${10 + i}`)
    expect((await login('Person@example.com', PASSWORD, '192.0.2.20')).status).toBe(429)
  })

  it('counts attempts on unknown accounts, too', async ({ calls: { login, fail } }) => {
    for (let i = 0; i < 5; i++) await fail(1, 'ghost@example.com', `192.0.2.${30 + i}`)
    expect((await login('ghost@example.com', PASSWORD, '192.0.2.40')).status).toBe(429)
  })

  it('locks an address that tries many accounts, and no other address', async ({ user, calls: { login, fail } }) => {
    for (let i = 0; i < 5; i++) await fail(1, `guess${i}@example.com`)
    expect((await login(user.email, PASSWORD)).status).toBe(429)
    expect((await login(user.email, PASSWORD, '192.0.2.50')).status).toBe(200)
  })

  it('locks the whole network of an IPv6 address', async ({ user, calls: { login, fail } }) => {
    for (let i = 0; i < 5; i++) await fail(1, `guess6${i}@example.com`, `2001:db8:0:${addresses}::${i + 1}`)
    expect((await login(user.email, PASSWORD, `2001:db8:0:${addresses}:ffff::1`)).status).toBe(429)
    expect((await login(user.email, PASSWORD, `2001:db8:1:${addresses}::1`)).status).toBe(200)
  })

  it('forgets the failures after a success', async ({ user, calls: { login, fail } }) => {
    await fail(4)
    expect((await login(user.email, PASSWORD)).status).toBe(200)
    await fail(4)
    expect((await login(user.email, PASSWORD)).status).toBe(200)
  })

  it('answers at most five of many guesses at the same time', async ({ user, calls: { login } }) => {
    const replies = await Promise.all(Array.from({ length: 40 }, (_, i) => login(user.email, `guess ${i}`, `192.0.2.${100 + i}`)))
    expect(replies.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(5)
    expect(replies.every(({ status }) => status === 401 || status === 429)).toBe(true)
  })

  it('leaves an event of each attempt, in the log of the account if it exists', async ({
    world,
    user,
    calls: { login, fail },
  }) => {
    await fail(1)
    await fail(1, 'stranger@example.com')
    await login(user.email, PASSWORD)
    const events = (await allEvents(world)).filter(event => event.ip_address === ip)
    expect(events.map(({ action, actor_id, org_id, details }) => ({ action, actor_id, org_id, details }))).toEqual(
      expect.arrayContaining([
        { action: 'auth.failure', actor_id: user.id, org_id: user.orgId, details: REFUSED },
        { action: 'auth.success', actor_id: user.id, org_id: user.orgId, details: { method: 'password' } },
        { action: 'auth.failure', actor_id: '', org_id: '00000000-0000-0000-0000-000000000000', details: REFUSED },
      ]),
    )
    expect(events).toHaveLength(3)
  })
})

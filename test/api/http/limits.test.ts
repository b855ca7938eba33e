import { describe, expect } from 'vitest'
import { readConfig } from '../../../server/config/config.ts'
import { cases, onEngines, openingOn } from '../../support/fixtures.ts'
import type { World } from '../../support/world.ts'

const { limits } = readConfig({}, {})

const many = (times: number, send: (i: number) => ReturnType<World['call']>) =>
  Promise.all(Array.from({ length: times }, (_, i) => send(i)))
const counted = (replies: { status: number }[], status: number) => replies.filter(reply => reply.status === status).length

/** The number of refused requests, and how many more could have been allowed, because the rate continues while they are sent. */
async function flood(times: number, rate: { perSecond: number; burst: number }, send: (i: number) => ReturnType<World['call']>) {
  const start = Date.now()
  const replies = await many(times, send)
  const refused = counted(replies, 429)
  const most = rate.burst + Math.ceil(((Date.now() - start) / 1000) * rate.perSecond) + 1
  expect(times - refused).toBeGreaterThanOrEqual(rate.burst)
  expect(times - refused).toBeLessThanOrEqual(most)
  return replies
}

const engines = onEngines(engine =>
  openingOn(engine).extend('world', ({ open }) => open({ limits: { ...limits, atOnce: Number.POSITIVE_INFINITY } })),
)

describe.each(engines)('rate limits, on $engine', ({ it }) => {
  it('allow 200 requests of an address at once, without affecting others', async ({ world }) => {
    const live = (ip: string) => () => world.call('GET', '/livez', { ip })
    const replies = await flood(1000, limits.address, live('203.0.113.1'))
    expect(replies.find(({ status }) => status === 429)).toMatchObject({
      body: { type: 'about:blank', title: 'Too Many Requests', status: 429 },
      headers: { 'content-type': 'application/problem+json', 'retry-after': '1' },
    })
    expect(counted(await many(10, live('203.0.113.2')), 200)).toBe(10)
    world.advance(2000)
    expect(counted(await many(200, live('203.0.113.1')), 200)).toBe(200)
  })

  it.for(
    cases([
      ['GET', '/v1/nothing'],
      ['GET', '/v1/vaults'],
      ['OPTIONS', '/v1/vaults'],
      ['GET', '/v1/health'],
    ]),
  )('count %s %s like any other', async ([method, url], { world }) => {
    await flood(600, limits.address, () => world.call(method, url, { ip: '203.0.113.1' }))
  })

  it('allow five sign-ins of an address at once and then one a second, at each endpoint', async ({ world }) => {
    const login = () => world.call('POST', '/v1/auth/token', { body: { email: 'a@example.com' }, ip: '203.0.113.1' })
    expect((await many(8, login)).map(({ status }) => status).sort()).toEqual([400, 400, 400, 400, 400, 429, 429, 429])
    world.advance(1000)
    expect((await many(3, login)).map(({ status }) => status).sort()).toEqual([400, 429, 429])
    for (const endpoint of ['signup', 'agent-token', 'api-key-token', 'refresh', 'device/code', 'device/token']) {
      const replies = await many(8, () => world.call('POST', `/v1/auth/${endpoint}`, { body: {}, ip: '203.0.113.1' }))
      expect({ endpoint, refused: counted(replies, 429) }).toEqual({ endpoint, refused: 3 })
    }
    const look = () => world.call('GET', '/v1/auth/device/code/BBBB-BBBB', { ip: '203.0.113.9' })
    expect(counted(await many(8, look), 404)).toBe(5)
  })

  it('count a whole IPv6 network as one address', async ({ world }) => {
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, i) => world.call('POST', '/v1/auth/refresh', { body: {}, ip: `2001:db8::${i + 1}` })),
    )
    expect(counted(replies, 429)).toBe(3)
  })

  it('allow 400 requests of one caller at once, from any address', async ({ world }) => {
    const user = await world.signUp()
    await flood(1200, limits.principal, i => world.call('GET', '/v1/auth/me', { token: user.token, ip: `198.51.100.${i % 200}` }))
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '../../../server/config.ts'
import { ENGINES } from '../../support/databases.ts'
import { makeWorld, type World } from '../../support/world.ts'

const { limits } = readConfig({}, {})

describe.each(ENGINES)('rate limits, on %s', engine => {
  let world: World
  beforeEach(async () => {
    world = await makeWorld(engine, { limits })
  })
  afterEach(() => world?.close())

  const many = (times: number, send: () => ReturnType<World['call']>) => Promise.all(Array.from({ length: times }, send))
  const counted = (replies: { status: number }[], status: number) => replies.filter(reply => reply.status === status).length

  it('let 200 of an address through at once, and no other address suffers', async () => {
    const live = (ip: string) => () => world.call('GET', '/livez', { ip })
    const replies = await many(260, live('203.0.113.1'))
    const passed = counted(replies, 200)
    expect(passed).toBeGreaterThanOrEqual(200)
    expect(passed).toBeLessThan(240)
    const refused = replies.find(({ status }) => status === 429)
    expect(refused).toMatchObject({
      body: { type: 'about:blank', title: 'Too Many Requests', status: 429 },
      headers: { 'content-type': 'application/problem+json', 'retry-after': '1' },
    })
    expect(counted(await many(10, live('203.0.113.2')), 200)).toBe(10)
    world.advance(2000)
    expect(counted(await many(200, live('203.0.113.1')), 200)).toBe(200)
  })

  it('count what leads nowhere, what has no token and what asks beforehand', async () => {
    for (const [i, [method, url]] of [
      ['GET', '/v1/nothing'],
      ['GET', '/v1/vaults'],
      ['OPTIONS', '/v1/vaults'],
      ['GET', '/v1/health'],
    ].entries()) {
      const replies = await many(300, () => world.call(method ?? '', url ?? '', { ip: `203.0.113.${i}` }))
      expect({ method, url, refused: counted(replies, 429) > 50 }).toEqual({ method, url, refused: true })
    }
  })

  it('let five sign-ins of an address through at once and then one a second, on each door', async () => {
    const login = () => world.call('POST', '/v1/auth/token', { body: { email: 'a@example.com' }, ip: '203.0.113.1' })
    expect((await many(8, login)).map(({ status }) => status).sort()).toEqual([400, 400, 400, 400, 400, 429, 429, 429])
    world.advance(1000)
    expect((await many(3, login)).map(({ status }) => status).sort()).toEqual([400, 429, 429])
    for (const door of ['signup', 'agent-token', 'api-key-token', 'refresh', 'device/code', 'device/token']) {
      const replies = await many(8, () => world.call('POST', `/v1/auth/${door}`, { body: {}, ip: '203.0.113.1' }))
      expect({ door, refused: counted(replies, 429) }).toEqual({ door, refused: 3 })
    }
    const look = () => world.call('GET', '/v1/auth/device/code/BBBB-BBBB', { ip: '203.0.113.9' })
    expect(counted(await many(8, look), 404)).toBe(5)
  })

  it('take all of an IPv6 network for one', async () => {
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, i) => world.call('POST', '/v1/auth/refresh', { body: {}, ip: `2001:db8::${i + 1}` })),
    )
    expect(counted(replies, 429)).toBe(3)
  })

  it('let 400 of one caller through at once, from wherever', async () => {
    const user = await world.signUp()
    const replies = await Promise.all(
      Array.from({ length: 460 }, (_, i) => world.call('GET', '/v1/auth/me', { token: user.token, ip: `198.51.100.${i % 200}` })),
    )
    const passed = counted(replies, 200)
    expect(passed).toBeGreaterThanOrEqual(398)
    expect(passed).toBeLessThan(459)
    expect(passed + counted(replies, 429)).toBe(460)
  })
})

import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { ok } from '../../support/world.ts'

describe.each(onEngines(engine => testsOn(engine).extend('user', { scope: 'file' }, ({ world }) => world.signUp())))(
  'device login by many at once, on $engine',
  ({ it: base }) => {
    const it = base.extend('calls', ({ world, user }) => {
      const begin = async () => (await ok(world.call('POST', '/v1/auth/device/code', { body: { client_id: 'cli' } }))).body
      const decide = (verb: string, user_code: string, { token = user.token, ip = '198.51.100.1' } = {}) =>
        world.call('POST', `/v1/auth/device/${verb}`, { body: { user_code }, token, ip })
      return { begin, decide }
    })

    it('returns the token to one of fifty callers', async ({ world, calls: { begin, decide } }) => {
      const { device_code, user_code } = await begin()
      await ok(decide('approve', user_code))
      const poll = () => world.call('POST', '/v1/auth/device/token', { body: { device_code, grant_type: 'device_code' } })
      const bodies = (await Promise.all(Array.from({ length: 50 }, poll))).map(({ body }) => body)
      expect(bodies.filter(body => body.access_token !== undefined)).toHaveLength(1)
      expect(bodies.filter(body => body.error === 'expired_token')).toHaveLength(49)
    })

    it('is decided once when people decide differently at the same time', async ({ calls: { begin, decide } }) => {
      const { user_code } = await begin()
      const replies = await Promise.all(['approve', 'deny', 'approve', 'deny', 'approve'].map(verb => decide(verb, user_code)))
      expect(replies.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400])
    })

    it('locks clients that guess codes, by address and by person, for 15 minutes', async ({
      world,
      calls: { begin, decide },
    }) => {
      const { user_code } = await begin()
      const look = (code: string, ip: string) => world.call('GET', `/v1/auth/device/code/${code}`, { ip })
      for (let i = 0; i < 5; i++) expect((await look(`BBBB-BBB${'BCDFG'[i]}`, '192.0.2.1')).status).toBe(404)
      const locked = await look(user_code, '192.0.2.1')
      expect(locked.status).toBe(429)
      expect(Number(locked.headers['retry-after'])).toBeGreaterThan(14 * 60)
      expect((await look(user_code, '192.0.2.2')).status).toBe(200)

      const guesser = await world.signUp()
      for (let i = 0; i < 5; i++) {
        const guess = decide('approve', `CCCC-CCC${'BCDFG'[i]}`, { token: guesser.token, ip: `192.0.2.${10 + i}` })
        expect((await guess).status).toBe(404)
      }
      expect((await decide('approve', user_code, { token: guesser.token, ip: '192.0.2.20' })).status).toBe(429)
      expect((await decide('approve', user_code, { ip: '192.0.2.20' })).status).toBe(200)

      world.advance(15 * 60_000 + 1)
      expect((await look(user_code, '192.0.2.1')).status).toBe(200)
    })

    it('does not forgive guesses after a look at a valid code', async ({ world, calls: { begin } }) => {
      const own = await begin()
      const look = (code: string) => world.call('GET', `/v1/auth/device/code/${code}`, { ip: '192.0.2.50' })
      for (let i = 0; i < 4; i++) await look(`DDDD-DDD${'BCDF'[i]}`)
      expect((await look(own.user_code)).status).toBe(200)
      expect((await look('DDDD-DDDG')).status).toBe(404)
      expect((await look(own.user_code)).status).toBe(429)
    })

    it('answers at most five of many guesses at the same time', async ({ world }) => {
      const guesses = Array.from({ length: 60 }, (_, i) =>
        world.call(
          'GET',
          `/v1/auth/device/code/FFFF-${String.fromCharCode(66 + (i % 20))}${String.fromCharCode(66 + Math.floor(i / 20))}FF`,
          {
            ip: '192.0.2.60',
          },
        ),
      )
      const statuses = (await Promise.all(guesses)).map(({ status }) => status)
      expect(statuses.filter(status => status === 404).length).toBeLessThanOrEqual(5)
    })
  },
)

import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { PASSWORD } from '../../support/world.ts'

const PROXY = '10.0.0.1'

describe.each(
  onEngines(engine =>
    testsOn(engine, { trustedProxies: [PROXY, '10.1.0.0/16'] }).extend('user', { scope: 'file' }, ({ world }) => world.signUp()),
  ),
)('X-Forwarded-For, on $engine', ({ it: base }) => {
  const it = base.extend('calls', ({ world, user }) => {
    /** Five failures of five accounts, and then the right password: the status of that. */
    async function afterFive(from: (i: number) => { ip: string; forwarded: string }, last: { ip: string; forwarded: string }) {
      const login = ({ ip, forwarded }: { ip: string; forwarded: string }, email: string, password: string) =>
        world.call('POST', '/v1/auth/token', { body: { email, password }, ip, headers: { 'x-forwarded-for': forwarded } })
      for (let i = 0; i < 5; i++) expect((await login(from(i), `${Math.random()}@example.com`, 'wrong')).status).toBe(401)
      return (await login(last, user.email, PASSWORD)).status
    }
    return { afterFive }
  })

  it('of anybody else is ignored: a forged one does not escape the lock', async ({ calls: { afterFive } }) => {
    const forged = (i: number) => ({ ip: '198.51.100.1', forwarded: `203.0.113.${i}` })
    expect(await afterFive(forged, forged(9))).toBe(429)
  })

  it('of anybody else is ignored: a forged one does not lock others out', async ({ calls: { afterFive } }) => {
    const forged = (i: number) => ({ ip: `198.51.100.${20 + i}`, forwarded: '203.0.113.50' })
    expect(await afterFive(forged, { ip: PROXY, forwarded: '203.0.113.50' })).toBe(200)
  })

  it('of a configured proxy is believed', async ({ calls: { afterFive } }) => {
    const behind = (i: number) => ({ ip: PROXY, forwarded: `203.0.113.${100 + i}` })
    expect(await afterFive(behind, { ip: PROXY, forwarded: '203.0.113.200' })).toBe(200)
    expect(
      await afterFive(() => ({ ip: '10.1.2.3', forwarded: '203.0.113.201' }), { ip: PROXY, forwarded: '203.0.113.201' }),
    ).toBe(429)
  })

  it('of a proxy counts from the right: what the client put before it is the client’s own invention', async ({
    calls: { afterFive },
  }) => {
    const forged = (i: number) => ({ ip: PROXY, forwarded: `203.0.113.${i}, 198.51.100.77` })
    expect(await afterFive(forged, forged(9))).toBe(429)
  })
})

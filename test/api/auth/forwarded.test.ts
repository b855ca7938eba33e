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
    /** Five failures of five accounts, and then the right password; returns its status. */
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

  it('from a proxy that names ports counts as one visitor on every port', async ({ calls: { afterFive } }) => {
    const onPorts = (i: number) => ({ ip: PROXY, forwarded: `203.0.113.140:${40_000 + i}` })
    expect(await afterFive(onPorts, { ip: PROXY, forwarded: '203.0.113.140' })).toBe(429)
    const inBrackets = (i: number) => ({ ip: PROXY, forwarded: `[2001:db8:5::${i + 1}]:${40_000 + i}` })
    expect(await afterFive(inBrackets, { ip: PROXY, forwarded: '2001:db8:5::99' })).toBe(429)
  })

  it('that is not an address is not believed, nor anything before it: the address of the proxy counts', async ({
    world,
    owner,
    vaultId,
  }) => {
    for (const forwarded of ['<script>', 'unknown', 'x'.repeat(5000), '203.0.113.9, none', '999.1.1.1', '_hidden']) {
      const { status } = await world.call('GET', `/v1/vaults/${vaultId}`, {
        token: owner.token,
        ip: PROXY,
        headers: { 'x-forwarded-for': forwarded },
      })
      expect(status).toBe(200)
      const { body } = await world.call('GET', '/v1/audit/events?limit=1&action=vault.read', { token: owner.token })
      expect(body.events[0].ip_address).toBe(PROXY)
    }
  })

  it('with a port opens a share that is for its address, and one without an address opens none', async ({
    world,
    owner,
    vaultId,
  }) => {
    const secret = (await world.put(owner, vaultId, 'shared', 'v')).body.id
    const body = { recipient_type: 'anyone_with_link', expires_at: '2999-01-01T00:00:00Z', ip_allowlist: ['203.0.113.7'] }
    const share = (await world.call('POST', `/v1/secrets/${secret}/share`, { token: owner.token, body })).body.id
    const open = async (forwarded: string) =>
      (await world.call('GET', `/v1/share/${share}`, { ip: PROXY, headers: { 'x-forwarded-for': forwarded } })).status
    expect([await open('203.0.113.7:5555'), await open('203.0.113.8:5555'), await open('nothing')]).toEqual([200, 403, 403])
  })

  it('of a proxy counts from the right: the client can invent what comes before it', async ({ calls: { afterFive } }) => {
    const forged = (i: number) => ({ ip: PROXY, forwarded: `203.0.113.${i}, 198.51.100.77` })
    expect(await afterFive(forged, forged(9))).toBe(429)
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assemble } from '../../server/main.ts'
import { makeSoftHsm, type SoftHsm, type Token } from '../support/softhsm.ts'
import { makeWorld, ok, PASSWORD, type TestUser, type World } from '../support/world.ts'

const KEYS = ['jwt', 'audit', 'data-box', 'pepper']

describe.each(['per-vault', 'wrapped'] as const)('the keys of the server in an HSM (%s)', mode => {
  let hsm: SoftHsm
  let token: Token
  let world: World
  let admin: TestUser
  beforeAll(async () => {
    hsm = await makeSoftHsm()
    token = await hsm.addToken()
    world = await makeWorld('sqlite', { keystore: 'pkcs11', pkcs11: { ...token, mode } })
    admin = await world.signUp()
    await world.server.database.run(({ orgs }) => orgs.makePlatform(admin.orgId))
  })
  afterAll(async () => {
    await world?.close()
    await hsm?.remove()
  })

  const signIn = async () =>
    (await ok(world.call('POST', '/v1/auth/token', { body: { email: admin.email, password: PASSWORD } }))).body.access_token
  const inToken = async (type: 'privkey' | 'secrkey', label: string) =>
    [...(await hsm.tool(token, '--list-objects', '--type', type)).matchAll(new RegExp(`${label}\\S*`, 'g'))].length

  it('are replaced, with the new signing key in the token and the old ones removed from it', async () => {
    const { body: key } = await ok(world.call('POST', '/v1/auth/api-keys', { token: admin.token, body: { name: 'k' } }))
    for (const key of KEYS) await ok(world.call('POST', `/v1/admin/keys/${key}/rotate`, { token: admin.token }))
    expect(await inToken('privkey', '1claw-jwt')).toBe(2)
    const { body } = await ok(world.call('GET', '/v1/admin/keys', { token: await signIn() }))
    expect(body.keys.find(({ key, number }: { key: string; number: number }) => key === 'jwt' && number === 2)).toMatchObject({
      held: 'keystore',
      state: 'current',
    })
    await ok(world.call('GET', '/v1/auth/me', { token: key.api_key }))
    expect((await ok(world.call('POST', '/v1/audit/verify', { token: await signIn() }))).body).toMatchObject({ ok: true })
    const keks = await inToken('secrkey', '1claw-kek-server')
    await expect.poll(async () => await world.server.database.read(({ pepperUses }) => pepperUses.count('', 0))).toBe(0)
    world.advance(25 * 3_600_000)
    for (let round = 0; round < 2; round++) await world.server.services.serverKeyRotation.goOn()
    // The MACs of old events are checked with their key, so it is kept.
    expect(await inToken('secrkey', '1claw-kek-server')).toBe(mode === 'per-vault' ? keks - 2 : 0)
    await ok(world.call('POST', '/v1/admin/keys/jwt/rotate', { token: await signIn() }))
    world.advance(25 * 3_600_000)
    for (let round = 0; round < 2; round++) await world.server.services.serverKeyRotation.goOn()
    expect(await inToken('privkey', '1claw-jwt')).toBe(2)
  })

  it('are found again at the next start', async () => {
    await world.server.close()
    const again = await assemble(world.config)
    try {
      const { app } = again
      const login = { method: 'POST', url: '/v1/auth/token', payload: { email: admin.email, password: PASSWORD } } as const
      const { access_token } = (await app.inject(login)).json()
      const headers = { authorization: `Bearer ${access_token}` }
      const reply = await app.inject({ method: 'POST', url: '/v1/audit/verify?full=true', headers })
      expect(reply.json()).toMatchObject({ ok: true, faults: [] })
    } finally {
      await again.close()
    }
  })
})

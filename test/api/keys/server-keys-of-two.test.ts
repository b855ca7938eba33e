import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { assemble } from '../../../server/main.ts'
import { testsOn } from '../../support/fixtures.ts'
import { ok, PASSWORD } from '../../support/world.ts'

// Only PostgreSQL can be shared.
const it = testsOn('postgres')
  .extend('other', { scope: 'file', auto: true }, async ({ world, owner }, { onCleanup }) => {
    const dataDir = await mkdtemp(join(tmpdir(), '1claw-other-'))
    await copyFile(join(world.dataDir, 'root.key'), join(dataDir, 'root.key'))
    let ahead = 0
    const server = await assemble({ ...world.config, dataDir }, () => Date.now() + ahead)
    onCleanup(async () => {
      await server.close()
      await rm(dataDir, { recursive: true, force: true })
    })
    await world.server.database.run(({ orgs }) => orgs.makePlatform(owner.orgId))
    const advance = (ms: number) => {
      ahead += ms
    }
    return { server, advance }
  })
  .extend('calls', ({ world, other, owner }) => {
    const advance = (ms: number) => {
      other.advance(ms)
      world.advance(ms)
    }
    const signIn = async () =>
      (await ok(world.call('POST', '/v1/auth/token', { body: { email: owner.email, password: PASSWORD } }))).body.access_token
    const there = async (method: 'GET' | 'POST', url: string, token?: string, payload?: object) => {
      const headers = { ...(token !== undefined && { authorization: `Bearer ${token}` }) }
      return (await other.server.app.inject({ method, url, headers, ...(payload && { payload }) })).json()
    }
    const keysThere = async () => (await there('GET', '/.well-known/jwks.json')).keys as { kid: string }[]
    const rotate = (key: string, token: string) => world.call('POST', `/v1/admin/keys/${key}/rotate`, { token })
    return { advance, signIn, there, keysThere, rotate }
  })

describe('a key that one of two servers replaces', () => {
  it('is known to the other before either uses it, and both accept what it signs', async ({
    world,
    owner,
    calls: { advance, signIn, there, keysThere, rotate },
  }) => {
    const before = await keysThere()
    for (const key of ['jwt', 'audit', 'data-box', 'pepper']) {
      expect((await ok(rotate(key, await signIn()))).body).toMatchObject({ number: 2, state: 'upcoming' })
    }
    await expect.poll(async () => (await keysThere()).length, { interval: 20 }).toBe(2)
    const kidOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid
    expect(kidOf(await signIn())).toBe(before[0]?.kid)
    advance(16_000)
    const token = await signIn()
    expect(kidOf(token)).not.toBe(before[0]?.kid)
    expect(await there('GET', '/v1/auth/me', token)).toMatchObject({ email: owner.email })
    const { api_key } = await there('POST', '/v1/auth/api-keys', token, { name: 'k' })
    await ok(world.call('GET', '/v1/auth/me', { token: api_key }))
    expect((await ok(world.call('POST', '/v1/audit/verify', { token }))).body).toMatchObject({ ok: true })
    expect((await there('POST', '/v1/audit/verify?full=true', token)).faults).toEqual([])
  })

  it('is replaced once when both are asked at the same time', async ({ other, calls: { signIn, rotate } }) => {
    const token = await signIn()
    const [here, elsewhere] = await Promise.all([
      rotate('pepper', token),
      other.server.app.inject({
        method: 'POST',
        url: '/v1/admin/keys/pepper/rotate',
        headers: { authorization: `Bearer ${token}` },
      }),
    ])
    expect([here.status, elsewhere.statusCode].toSorted()).toEqual([202, 409])
  })

  it('ends once, whichever of them sees that nothing needs the old one', async ({ world, other, calls: { advance, signIn } }) => {
    advance(25 * 3_600_000)
    const goOn = () => Promise.all([world.server, other.server].map(({ services }) => services.serverKeyRotation.goOn()))
    await goOn()
    await goOn()
    const token = await signIn()
    const { body } = await ok(world.call('GET', '/v1/admin/keys', { token }))
    const first = body.keys.filter(({ number }: { number: number }) => number === 1)
    expect(first.map(({ key, state }: { key: string; state: string }) => `${key} ${state}`)).toEqual([
      'audit retired',
      'data-box retired',
      'jwt retired',
      'pepper retired',
    ])
    const query = `/v1/audit/events?action=key.rotate&resource_type=server-key&limit=100`
    const { events } = (await ok(world.call('GET', query, { token }))).body
    const ended = events.filter(({ details }: { details: { change: string } }) => details.change === 'rotation completed')
    expect(ended).toHaveLength(4)
  })
})

import { describe, expect } from 'vitest'
import { verifyChain } from '../../../src/crypto/audit-verify.ts'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { allEvents, rowsOf } from '../../support/rows.ts'
import { ok, PASSWORD, type TestUser } from '../../support/world.ts'

const MINUTE = 60_000

describe.each(onEngines(testsOn))('the keys of the server, on $engine', ({ it: base }) => {
  let admin: TestUser

  const it = base.extend('calls', ({ world }) => {
    const call = (method: string, url: string, body?: object) => world.call(method, url, { token: admin.token, body })
    const signIn = async () => {
      const { body } = await ok(world.call('POST', '/v1/auth/token', { body: { email: admin.email, password: PASSWORD } }))
      admin = { ...admin, token: body.access_token }
    }
    const goOn = () => world.server.services.serverKeyRotation.goOn()
    /** Replaces a key; ends when the new one is used. */
    async function rotate(key: string) {
      await signIn()
      const { body } = await ok(call('POST', `/v1/admin/keys/${key}/rotate`))
      if (body.state === 'upcoming') world.advance(16_000)
      return body
    }
    const keys = async (key: string) => {
      const { body } = await ok(call('GET', '/v1/admin/keys'))
      return body.keys.filter((each: { key: string }) => each.key === key)
    }
    const states = async (key: string) =>
      (await keys(key)).map(({ number, state }: { number: number; state: string }) => `${number} ${state}`)
    const verify = async () => (await ok(call('POST', '/v1/audit/verify'))).body
    return { call, signIn, goOn, rotate, keys, states, verify }
  })

  it.beforeAll(async ({ world, owner: first }) => {
    admin = first
    await world.server.database.run(({ orgs }) => orgs.makePlatform(admin.orgId))
  })

  it('are listed with their kinds and places, and their material is not', async ({ calls: { call } }) => {
    const { body } = await ok(call('GET', '/v1/admin/keys'))
    expect(body.keys.map((each: { key: string; kind: string; held: string }) => [each.key, each.kind, each.held])).toEqual([
      ['audit', 'HMAC-SHA-256', 'database'],
      ['data-box', 'AES-256-GCM', 'database'],
      ['jwt', 'Ed25519', 'keystore'],
      ['pepper', 'HMAC-SHA-256', 'database'],
    ])
    expect(JSON.stringify(body)).not.toContain('wrapped')
    expect(body.rotations).toEqual([])
  })

  it('cannot be moved without a second key store, and the problem says how to configure one', async ({ calls: { call } }) => {
    const { status, body } = await call('GET', '/v1/admin/keys/migration?to=pkcs11')
    expect([status, body.hint]).toEqual([503, expect.stringContaining('Set ONECLAW_NEXT_KEYSTORE=pkcs11')])
  })

  it('are only for platform administrators who signed in recently', async ({ world, calls: { call } }) => {
    const stranger = await world.signUp()
    const asked = (token: string) => world.call('POST', '/v1/admin/keys/jwt/rotate', { token })
    expect((await asked(stranger.token)).status).toBe(403)
    expect((await world.call('GET', '/v1/admin/keys', { token: stranger.token })).status).toBe(403)
    const { body } = await ok(call('POST', '/v1/auth/api-keys', { name: 'k' }))
    expect((await asked(body.api_key)).status).toBe(403)
  })

  it('jwt: tokens of the old key are valid until the longest has expired, and both keys are published', async ({
    world,
    calls: { signIn, call, rotate, states, goOn },
  }) => {
    await signIn()
    const { token: old } = admin
    const before = (await ok(call('GET', '/.well-known/jwks.json'))).body.keys
    await rotate('jwt')
    await signIn()
    const kidOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid
    const { keys: both } = (await ok(call('GET', '/.well-known/jwks.json'))).body
    expect(both.map(({ kid }: { kid: string }) => kid)).toEqual([kidOf(admin.token), before[0].kid])
    expect(kidOf(old)).toBe(before[0].kid)
    for (const token of [old, admin.token]) await ok(world.call('GET', '/v1/auth/me', { token }))
    expect(await states('jwt')).toEqual(['2 current', '1 retiring'])
    await goOn()
    expect(await states('jwt')).toEqual(['2 current', '1 retiring'])
    world.advance(24 * 60 * MINUTE + 2 * MINUTE)
    await goOn()
    await signIn()
    expect(await states('jwt')).toEqual(['2 current', '1 retired'])
    expect((await ok(call('GET', '/.well-known/jwks.json'))).body.keys).toHaveLength(1)
  })

  it('jwt: the audit log verifies across the change of the key that signs it', async ({
    calls: { verify, rotate, signIn, call },
  }) => {
    expect(await verify()).toMatchObject({ ok: true })
    await rotate('jwt')
    await signIn()
    expect(await verify()).toMatchObject({ ok: true })
    const { body } = await ok(call('GET', '/v1/audit/checkpoints'))
    expect(new Set(body.checkpoints.map(({ kid }: { kid: string }) => kid)).size).toBeGreaterThan(1)
    expect(body.successions.length).toBeGreaterThan(0)
  })

  it('jwt: a trail verifies offline with the newest key, and with the first pinned one', async ({ calls: { signIn, call } }) => {
    await signIn()
    const { checkpoints, successions = [] } = (await ok(call('GET', '/v1/audit/checkpoints'))).body
    const { events } = (await ok(call('GET', '/v1/audit/events?order=asc&limit=1000'))).body
    const until = Math.max(...checkpoints.map(({ seq }: { seq: number }) => seq))
    const signed = events.filter(({ seq }: { seq: number }) => seq <= until)
    const newest = (await ok(call('GET', '/v1/auth/jwt-public-key'))).body.public_key_base64
    const first = successions[successions.length - 1].previous_public_key
    const oldest = successions.find((each: { previous_public_key: string }) =>
      successions.every(({ public_key }: { public_key: string }) => public_key !== each.previous_public_key),
    ).previous_public_key
    for (const key of [newest, first, oldest]) {
      const { ok: sound, faults } = await verifyChain([signed], checkpoints, Buffer.from(key, 'base64'), { successions })
      expect([sound, faults]).toEqual([true, []])
    }
    expect((await verifyChain([signed], checkpoints, Buffer.from(newest, 'base64'))).ok).toBe(false)
  })

  it('audit: events carry the number of the new key, old ones still verify, and the old key proves nothing new', async ({
    world,
    calls: { rotate, call, verify, goOn, signIn, states },
  }) => {
    await rotate('audit')
    await ok(call('GET', '/v1/vaults'))
    await world.vault(admin)
    const macs = (await rowsOf(world, `SELECT mac FROM audit_events WHERE org_id = '${admin.orgId}' ORDER BY seq`)).map(
      ({ mac }) => String(mac),
    )
    expect(macs[0]).not.toContain('.')
    expect(macs.at(-1)).toMatch(/^2\./)
    expect(await verify()).toMatchObject({ ok: true })
    world.advance(2 * MINUTE)
    await goOn()
    await signIn()
    expect(await states('audit')).toEqual(['2 current', '1 retired'])
    await world.vault(admin)
    expect(await verify()).toMatchObject({ ok: true })
    expect(await world.server.services.audit.checkpointMoved()).toEqual([])
  })

  it('data-box: every row is sealed again, and the old key is destroyed', async ({
    engine,
    world,
    calls: { signIn, call, rotate, goOn, states },
  }) => {
    await signIn()
    const { body } = await ok(call('POST', '/v1/auth/mfa/setup'))
    const sealed = async () =>
      Buffer.from(
        (await rowsOf(world, `SELECT sealed FROM totp_factors WHERE user_id = '${admin.id}'`))[0]?.['sealed'] as Uint8Array,
      )
    expect((await sealed())[0]).toBe(1)
    const mails = async () =>
      Number(
        (
          await rowsOf(
            world,
            `SELECT count(*) AS n FROM outbox WHERE substr(sealed, 1, 1) = ${engine === 'postgres' ? `'\\x01'` : `x'01'`}`,
          )
        )[0]?.['n'],
      )
    await rotate('data-box')
    await goOn()
    expect([(await sealed())[0], await mails()]).toEqual([2, 0])
    expect(await states('data-box')).toEqual(['2 current', '1 retiring'])
    world.advance(2 * MINUTE)
    await goOn()
    await goOn()
    const box = world.server.services.box
    expect(box.open('totp', admin.id, await sealed()).toString('latin1')).toBe(body.secret)
    await signIn()
    expect(await states('data-box')).toEqual(['2 current', '1 retired'])
    expect(await rowsOf(world, `SELECT material FROM server_keys WHERE purpose = 'data-box' AND number = 1`)).toEqual([
      { material: null },
    ])
  })

  it('pepper: a key is rehashed when it is next used, and the old pepper stays until all are', async ({
    world,
    calls: { signIn, call, rotate, goOn, keys, states },
  }) => {
    await signIn()
    const { body: used } = await ok(call('POST', '/v1/auth/api-keys', { name: 'used' }))
    const { body: unused } = await ok(call('POST', '/v1/auth/api-keys', { name: 'unused' }))
    const agent = await world.agent(admin)
    const hash = async (table: string, id: string) =>
      String((await rowsOf(world, `SELECT key_hash FROM ${table} WHERE id = '${id}'`))[0]?.['key_hash'])
    await rotate('pepper')
    await ok(world.call('GET', '/v1/auth/me', { token: used.api_key }))
    await ok(world.call('POST', '/v1/auth/agent-token', { body: { api_key: agent.key } }))
    await expect.poll(() => hash('api_keys', used.key.id)).toMatch(/^2:[0-9a-f]{64}$/)
    await expect.poll(() => hash('agents', agent.id)).toMatch(/^2:[0-9a-f]{64}$/)
    expect(await hash('api_keys', unused.key.id)).toMatch(/^[0-9a-f]{64}$/)
    await ok(world.call('GET', '/v1/auth/me', { token: used.api_key }))
    await ok(world.call('POST', '/v1/auth/agent-token', { body: { api_key: agent.key } }))
    await signIn()
    const { body: made } = await ok(call('POST', '/v1/auth/api-keys', { name: 'new' }))
    expect(await hash('api_keys', made.key.id)).toMatch(/^2:/)
    world.advance(2 * MINUTE)
    await goOn()
    await signIn()
    const [, old] = await keys('pepper')
    expect(old.state).toBe('retiring')
    expect(old.remaining).toBeGreaterThan(0)
    await ok(world.call('GET', '/v1/auth/me', { token: unused.api_key }))
    await expect.poll(() => hash('api_keys', unused.key.id)).toMatch(/^2:/)
    for (const { id } of await rowsOf(world, `SELECT id FROM api_keys WHERE key_hash NOT LIKE '%:%'`)) {
      await ok(call('DELETE', `/v1/auth/api-keys/${String(id)}`)).catch(() => {})
    }
    await expect.poll(async () => (await keys('pepper'))[1].remaining ?? 0).toBe(0)
    world.advance(2 * MINUTE)
    await goOn()
    await goOn()
    await signIn()
    expect(await states('pepper')).toEqual(['2 current', '1 retired'])
    await ok(world.call('GET', '/v1/auth/me', { token: unused.api_key }))
  })

  it('record every step of their lifecycle in the audit log', async ({ world }) => {
    const told = (await allEvents(world))
      .filter(({ resource_type }) => resource_type === 'server-key')
      .filter(({ resource_id }) => resource_id === 'pepper')
      .map(({ action, actor_type, details }) => [action, actor_type, details['change'] ?? details['number']])
    expect(told).toEqual([
      ['key.rotate', 'user', 'rotation started'],
      ['key.rotate', 'system', 'rotation completed'],
      ['key.destroy', 'system', 1],
    ])
  })

  it('are refused a second rotation before the first one has started', async ({
    engine,
    calls: { signIn, call, states, keys },
  }) => {
    await signIn()
    const again = () => call('POST', '/v1/admin/keys/audit/rotate')
    const statuses = (await Promise.all([again(), again()])).map(({ status }) => status).toSorted()
    // If a new key is used at once, the second rotation can find the first one done.
    expect(engine === 'sqlite' ? [202, 409, 202] : [202, 409]).toEqual(expect.arrayContaining(statuses))
    expect(statuses).toContain(202)
    if (engine === 'postgres') expect((await again()).status).toBe(409)
    expect(new Set(await states('audit')).size).toBe((await keys('audit')).length)
  })
})

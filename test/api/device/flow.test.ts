import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { allEvents } from '../../support/rows.ts'
import { ok, PASSWORD } from '../../support/world.ts'

describe.each(
  onEngines(engine => testsOn(engine).extend('user', { scope: 'file' }, ({ world }) => world.signUp('device@example.com'))),
)('device login, on $engine', ({ it: base }) => {
  let code: { device_code: string; user_code: string; [field: string]: unknown }
  const it = base.extend('calls', ({ world, user }) => {
    const begin = async (more: object = {}) =>
      (await ok(world.call('POST', '/v1/auth/device/code', { body: { client_id: 'cli', ...more }, ip: '198.51.100.9' }))).body
    const poll = (device_code = code.device_code, grant_type = 'urn:ietf:params:oauth:grant-type:device_code') =>
      world.call('POST', '/v1/auth/device/token', { body: { device_code, grant_type } })
    const statusOf = (user_code = code.user_code, token?: string) =>
      world.call('GET', `/v1/auth/device/code/${encodeURIComponent(user_code)}`, { token })
    const decide = (verb: 'approve' | 'deny', user_code = code.user_code, token = user.token) =>
      world.call('POST', `/v1/auth/device/${verb}`, { body: { user_code }, token })
    /** A login of the same user; the clock has outlived the others. */
    async function freshToken(): Promise<string> {
      const body = { email: user.email, password: PASSWORD }
      return (await ok(world.call('POST', '/v1/auth/token', { body }))).body.access_token
    }
    return { begin, poll, statusOf, decide, freshToken }
  })
  it.beforeEach(async ({ calls: { begin } }) => {
    code = await begin()
  })

  it('starts with codes and the address of the page', () => {
    expect(code).toEqual({
      device_code: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: 'http://1claw.test/cli/verify',
      verification_uri_complete: `http://1claw.test/cli/verify?code=${code.user_code}`,
      expires_in: 600,
      interval: 5,
    })
  })

  it('waits, is approved, and returns the token once', async ({ world, user, calls: { poll, statusOf, decide } }) => {
    expect((await poll()).body).toEqual({ error: 'authorization_pending' })
    expect((await statusOf()).body).toEqual({ status: 'pending' })
    expect(await decide('approve')).toMatchObject({ status: 200, body: { status: 'approved' } })
    expect((await statusOf()).body).toEqual({ status: 'approved' })
    const { status, body } = await poll()
    expect({ status, ...body }).toEqual({
      status: 200,
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 86_400,
      email: 'device@example.com',
      user_id: user.id,
      org_id: user.orgId,
    })
    expect((await world.call('GET', '/v1/auth/me', { token: body.access_token })).body.id).toBe(user.id)
    expect((await poll()).body).toEqual({ error: 'expired_token' })
    expect((await statusOf()).body).toEqual({ status: 'approved' })
    const events = (await allEvents(world)).filter(
      ({ details }) => details['client_id'] === 'cli' && details['method'] === 'device',
    )
    expect(events.at(-1)).toMatchObject({ action: 'auth.success', actor_id: user.id })
  })

  it('is denied', async ({ calls: { poll, statusOf, decide } }) => {
    expect(await decide('deny')).toMatchObject({ status: 200, body: { status: 'denied' } })
    expect([(await poll()).body, (await statusOf()).body]).toEqual([{ error: 'access_denied' }, { status: 'denied' }])
    expect((await decide('approve')).status).toBe(400)
  })

  it('asks clients that poll too often to slow down', async ({ world, calls: { poll } }) => {
    const answers = []
    for (const wait of [0, 1000, 5000, 4600, 4000, 5000]) {
      world.advance(wait)
      answers.push((await poll()).body.error)
    }
    expect(answers).toEqual([
      'authorization_pending',
      'slow_down',
      'authorization_pending',
      'authorization_pending',
      'slow_down',
      'authorization_pending',
    ])
  })

  it('ends after ten minutes', async ({ world, calls: { poll, statusOf, decide, freshToken } }) => {
    world.advance(599_000)
    expect((await statusOf()).body).toEqual({ status: 'pending' })
    world.advance(1000)
    expect([(await poll()).body, (await statusOf()).body]).toEqual([{ error: 'expired_token' }, { status: 'expired' }])
    expect((await decide('approve', code.user_code, await freshToken())).status).toBe(400)
    expect((await poll()).body).toEqual({ error: 'expired_token' })
  })

  it('expires even if it was approved and not used', async ({ world, calls: { poll, decide, freshToken } }) => {
    await decide('approve', code.user_code, await freshToken())
    world.advance(600_000)
    expect((await poll()).body).toEqual({ error: 'expired_token' })
  })

  it('is decided once', async ({ calls: { poll, decide, freshToken } }) => {
    const token = await freshToken()
    expect((await decide('approve', code.user_code, token)).status).toBe(200)
    expect(await decide('approve', code.user_code, token)).toMatchObject({
      status: 400,
      body: { detail: 'This login is already approved.' },
    })
    expect((await decide('deny', code.user_code, token)).status).toBe(400)
    expect((await poll()).body.access_token).toEqual(expect.any(String))
  })

  it('that was started for an address belongs to that account alone, however the address is written', async ({
    world,
    calls: { begin, decide, freshToken },
  }) => {
    const token = await freshToken()
    const other = await world.signUp()
    const bound = await begin({ email: ' DEVICE@Example.com' })
    expect((await decide('approve', bound.user_code, other.token)).status).toBe(403)
    expect((await decide('deny', bound.user_code, other.token)).status).toBe(403)
    expect((await decide('approve', bound.user_code, token)).status).toBe(200)
    const strangers = await begin({ email: 'nobody@example.com' })
    expect((await decide('approve', strangers.user_code, token)).status).toBe(403)
  })

  it('needs a signed-in person, not a key or an agent', async ({ world, user, calls: { decide, freshToken } }) => {
    const token = await freshToken()
    const { api_key } = (await ok(world.call('POST', '/v1/auth/api-keys', { token, body: { name: 'k' } }))).body
    const ofKey = (await ok(world.call('POST', '/v1/auth/api-key-token', { body: { api_key } }))).body.access_token
    const agent = await world.agent({ ...user, token })
    for (const credential of [api_key, ofKey, agent.token]) {
      expect((await decide('approve', code.user_code, credential)).status).toBe(403)
    }
    expect((await world.call('POST', '/v1/auth/device/approve', { body: { user_code: code.user_code } })).status).toBe(401)
  })

  it('shows only signed-in people what is asking', async ({ world, user, calls: { statusOf, freshToken } }) => {
    const token = await freshToken()
    const agent = await world.agent({ ...user, token })
    expect((await statusOf(code.user_code, token)).body).toEqual({
      status: 'pending',
      client_id: 'cli',
      requested_from: '198.51.100.9',
      requested_at: expect.any(String),
    })
    for (const other of [undefined, agent.token, 'nonsense'])
      expect((await statusOf(code.user_code, other)).body).toEqual({ status: 'pending' })
  })

  it('accepts the code as people type it', async ({ calls: { statusOf, decide, freshToken } }) => {
    const bare = code.user_code.replace('-', '')
    for (const typed of [
      bare,
      bare.toLowerCase(),
      ` ${bare.slice(0, 4)} ${bare.slice(4)} `,
      `${bare.slice(0, 2)}-${bare.slice(2)}`,
    ]) {
      expect((await statusOf(typed)).body).toEqual({ status: 'pending' })
    }
    expect((await decide('approve', bare.toLowerCase(), await freshToken())).status).toBe(200)
  })

  it('refuses other grant types and codes that it did not issue', async ({ calls: { poll, statusOf } }) => {
    expect((await poll(code.device_code, 'password')).body.fields).toEqual({ grant_type: expect.any(String) })
    expect((await poll(code.device_code, 'device_code')).body).toEqual({ error: 'authorization_pending' })
    expect((await poll('made-up')).body).toEqual({ error: 'expired_token' })
    expect((await statusOf('BBBB-BBBB')).status).toBe(404)
  })

  it('returns a token that ends with the password', async ({ world, calls: { poll, decide } }) => {
    const other = await world.signUp()
    await decide('approve', code.user_code, other.token)
    const { access_token } = (await poll()).body
    const body = { current_password: 'correct horse battery staple 42', new_password: 'another staple for the horse 7' }
    expect((await world.call('POST', '/v1/auth/change-password', { token: access_token, body })).status).toBe(204)
    expect((await world.call('GET', '/v1/auth/me', { token: access_token })).status).toBe(401)
  })
})

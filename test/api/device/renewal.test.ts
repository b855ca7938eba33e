import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { allEvents } from '../../support/rows.ts'
import { ok, PASSWORD, type TestUser } from '../../support/world.ts'

const DAY = 86_400_000

describe.each(onEngines(testsOn))('the login of a terminal, on $engine', ({ it: base }) => {
  const it = base.extend('calls', ({ world }) => {
    async function login(user: TestUser): Promise<string> {
      const post = (path: string, body: object, token?: string) =>
        ok(world.call('POST', `/v1/auth/device/${path}`, { body, token }))
      const { user_code, device_code } = (await post('code', { client_id: 'cli' })).body
      await post('approve', { user_code }, user.token)
      return (await post('token', { device_code, grant_type: 'device_code' })).body.access_token
    }
    const renew = (token: string) => world.call('POST', '/v1/auth/device/renew', { token })
    const me = async (token: string) => (await world.call('GET', '/v1/auth/me', { token })).status
    return { login, renew, me }
  })

  it('is renewed for a day, and leaves an event', async ({ world, calls: { login, renew, me } }) => {
    const user = await world.signUp()
    const old = await login(user)
    world.advance(DAY / 2)
    const { status, body } = await renew(old)
    expect({ status, ...body }).toEqual({
      status: 200,
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 86_400,
    })
    expect([await me(old), await me(body.access_token)]).toEqual([200, 200])
    world.advance(DAY / 2 + 61_000)
    expect([await me(old), await me(body.access_token)]).toEqual([401, 200])
    expect(
      (await allEvents(world)).filter(({ action, actor_id }) => action === 'auth.device_renew' && actor_id === user.id),
    ).toHaveLength(1)
  })

  it('ends seven days after the sign-in, however it is renewed', async ({ world, calls: { login, renew } }) => {
    let token = await login(await world.signUp())
    for (let day = 0.75; day < 7; day += 0.75) {
      world.advance(0.75 * DAY)
      const { status, body } = await renew(token)
      expect(status).toBe(200)
      expect(body.expires_in).toBeLessThanOrEqual(Math.ceil((7 - day) * 86_400))
      token = body.access_token
    }
    world.advance(0.75 * DAY)
    expect((await renew(token)).status).toBe(401)
  })

  it('ends completely when any of its tokens is revoked or the password changes', async ({
    world,
    calls: { login, renew, me },
  }) => {
    const user = await world.signUp()
    const first = await login(user)
    const second = (await ok(renew(first))).body.access_token
    const third = (await ok(renew(second))).body.access_token
    expect((await world.call('DELETE', '/v1/auth/token', { token: second })).status).toBe(204)
    expect([await me(first), await me(second), await me(third), (await renew(third)).status]).toEqual([401, 401, 401, 401])
    const other = await world.signUp()
    const token = (await ok(renew(await login(other)))).body.access_token
    const body = { current_password: PASSWORD, new_password: 'another staple for the horse 7' }
    expect((await world.call('POST', '/v1/auth/change-password', { token: other.token, body })).status).toBe(204)
    expect((await renew(token)).status).toBe(401)
  })

  it('does not let short-lived tokens, keys and agents renew themselves or approve another', async ({
    world,
    calls: { login, renew },
  }) => {
    const user = await world.signUp()
    const { api_key } = (await ok(world.call('POST', '/v1/auth/api-keys', { token: user.token, body: { name: 'k' } }))).body
    const ofKey = (await ok(world.call('POST', '/v1/auth/api-key-token', { body: { api_key } }))).body.access_token
    for (const token of [user.token, api_key, ofKey, (await world.agent(user)).token])
      expect((await renew(token)).status).toBe(403)
    const renewed = (await ok(renew(await login(user)))).body.access_token
    const { user_code } = (await ok(world.call('POST', '/v1/auth/device/code', { body: { client_id: 'cli' } }))).body
    expect((await world.call('POST', '/v1/auth/device/approve', { token: renewed, body: { user_code } })).status).toBe(403)
  })
})

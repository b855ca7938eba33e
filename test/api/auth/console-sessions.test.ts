import { describe, expect, it } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { cookieOf, keptSession, OWN_PAGE, renew, sessionOf } from '../../support/kept-session.ts'
import { allEvents } from '../../support/rows.ts'
import { makeWorld, ok, PASSWORD, type TestUser, type World } from '../../support/world.ts'

const BEGIN = '/v1/auth/console-session'
const RENEW = '/v1/auth/console-session/token'
const HOUR = 3_600_000
const NEW_PASSWORD = 'purple monkey dishwasher 99'

interface Session {
  readonly world: World
  readonly user: TestUser
  readonly token: string
  readonly cookie: string
}

async function signInTo(world: World, { email }: TestUser): Promise<string> {
  return (await ok(world.call('POST', '/v1/auth/token', { body: { email, password: PASSWORD } }))).body.access_token
}

const engines = onEngines(engine =>
  testsOn(engine).extend('calls', ({ world }) => {
    const statusOf = async (token: string) => (await world.call('GET', '/v1/auth/me', { token })).status
    const signIn = (user: TestUser) => signInTo(world, user)
    return { statusOf, signIn }
  }),
)

describe.each(engines)('console sessions on $engine', ({ it }) => {
  it('give working tokens as often as they are asked', async ({ world, calls: { statusOf } }) => {
    const { user, token, cookie } = await keptSession(world)
    const renewed = await ok(renew(world, cookie))
    const whose = { user_id: user.id, org_id: user.orgId }
    expect(renewed.body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 900, ...whose })
    expect(cookieOf(renewed)).toBe(cookie)
    expect((await ok(world.call('GET', '/v1/auth/me', { token: renewed.body.access_token }))).body.id).toBe(user.id)
    expect(await statusOf(token)).toBe(200)
  })

  it('issue tokens in the background without counting as used, so that they still expire', async ({
    world,
    calls: { statusOf },
  }) => {
    const { cookie, token } = await keptSession(world)
    const background = () => world.call('POST', `${RENEW}?background=true`, { headers: { ...OWN_PAGE, cookie } })
    const [session] = (await ok(world.call('GET', '/v1/auth/console-sessions', { token }))).body.sessions
    world.advance(11 * HOUR)
    const asked = await ok(background())
    expect(asked.headers['set-cookie']).toBeUndefined()
    expect((await ok(world.call('GET', '/v1/auth/console-sessions', { token: asked.body.access_token }))).body.sessions).toEqual([
      session,
    ])
    world.advance(HOUR - 60_000)
    const last = (await ok(background())).body
    expect(last.expires_in).toBeGreaterThan(0)
    expect(last.expires_in).toBeLessThanOrEqual(60)
    expect(await statusOf(last.access_token)).toBe(200)
    world.advance(60_000)
    expect(await statusOf(last.access_token)).toBe(401)
    expect((await background()).status).toBe(401)
    expect((await renew(world, cookie)).status).toBe(401)
  })

  it('use up the token of the sign-in, so that a copy of it is worthless', async ({ world, calls: { statusOf } }) => {
    const { user } = await keptSession(world)
    expect(await statusOf(user.token)).toBe(401)
    expect((await world.call('POST', BEGIN, { token: user.token, headers: OWN_PAGE })).status).toBe(401)
    const again = await world.signUp()
    const both = await Promise.all([1, 2, 3].map(() => world.call('POST', BEGIN, { token: again.token, headers: OWN_PAGE })))
    expect(both.map(({ status }) => status).sort()).toEqual([201, 401, 401])
  })

  it('start only with a fresh sign-in: not with keys, device logins, session tokens or old tokens', async ({
    world,
    calls: { signIn },
  }) => {
    const user = await world.signUp()
    const key = (await ok(world.call('POST', '/v1/auth/api-keys', { token: user.token, body: { name: 'k' } }))).body.api_key
    const ofKey = (await ok(world.call('POST', '/v1/auth/api-key-token', { body: { api_key: key } }))).body.access_token
    const { sessions } = world.server.services
    const device = await sessions.forUser({ userId: user.id, orgId: user.orgId, generation: 0, ttl: 86_400 })
    const { token: ofSession } = await keptSession(world)
    const switched = await ok(world.call('POST', '/v1/auth/switch-org', { token: user.token, body: { org_id: user.orgId } }))
    for (const token of [key, ofKey, device.access_token, ofSession, switched.body.access_token]) {
      expect((await world.call('POST', BEGIN, { token, headers: OWN_PAGE })).status).toBe(403)
    }
    world.advance(5 * 60_000)
    expect((await world.call('POST', BEGIN, { token: user.token, headers: OWN_PAGE })).status).toBe(403)
    expect((await world.call('POST', BEGIN, { token: await signIn(user), headers: OWN_PAGE })).status).toBe(201)
  })

  it('have a cookie that scripts cannot read and that goes to one path of one site', async ({ world }) => {
    const { token } = await world.signUp()
    const reply = await ok(world.call('POST', BEGIN, { token, headers: OWN_PAGE }))
    expect(reply.headers['set-cookie']).toMatch(
      /^1claw-console=[\w-]{43}; Max-Age=43200; Path=\/v1\/auth\/console-session; HttpOnly; SameSite=Strict$/,
    )
  })

  it('work under the proxy path as well, with a cookie for that', async ({ world }) => {
    const { token } = await world.signUp()
    const reply = await ok(world.call('POST', `/api${BEGIN}`, { token, headers: OWN_PAGE }))
    expect(reply.headers['set-cookie']).toContain('; Path=/api/v1/auth/console-session;')
    const renewed = await world.call('POST', `/api${RENEW}`, { headers: { ...OWN_PAGE, cookie: cookieOf(reply) } })
    expect(renewed.status).toBe(200)
  })

  it.for<[string, Record<string, string>]>([
    ['a form of another site', { 'sec-fetch-site': 'cross-site' }],
    ['a script of another site', { ...OWN_PAGE, 'sec-fetch-site': 'cross-site' }],
    ['a script of a sibling site', { ...OWN_PAGE, 'sec-fetch-site': 'same-site' }],
    ['the address bar', { ...OWN_PAGE, 'sec-fetch-site': 'none' }],
    ['a form of the same site', { 'sec-fetch-site': 'same-origin' }],
    ['another origin', { 'x-1claw-console': '1', origin: 'https://evil.example' }],
    ['a look-alike origin', { 'x-1claw-console': '1', origin: 'http://1claw.test.evil.example' }],
    ['an origin that hides', { 'x-1claw-console': '1', origin: 'null' }],
    ['nobody knows where', { 'x-1claw-console': '1' }],
  ])('answer nothing to a request from %s', async ([_, headers], { world, calls: { statusOf, signIn } }) => {
    const { user, cookie, token } = await keptSession(world)
    const refused = await renew(world, cookie, headers)
    expect([refused.status, refused.headers['set-cookie']]).toEqual([403, undefined])
    const fresh = await signIn(user)
    expect((await world.call('POST', BEGIN, { token: fresh, headers })).status).toBe(403)
    expect((await world.call('DELETE', BEGIN, { headers: { ...headers, cookie } })).status).toBe(403)
    expect([await statusOf(token), (await renew(world, cookie)).status]).toEqual([200, 200])
  })

  it('answer a page of the public address in a browser that does not say where requests come from', async ({ world }) => {
    const { cookie } = await keptSession(world)
    expect((await renew(world, cookie, { 'x-1claw-console': '1', origin: 'http://1claw.test' })).status).toBe(200)
  })

  it('have a cookie that can be used for nothing else', async ({ world }) => {
    const { cookie } = await keptSession(world)
    const value = cookie.split('=')[1] ?? ''
    for (const url of ['/v1/auth/me', '/v1/vaults', '/v1/auth/console-sessions']) {
      expect((await world.call('GET', url, { headers: { ...OWN_PAGE, cookie } })).status).toBe(401)
      expect((await world.call('GET', url, { token: value })).status).toBe(401)
    }
    expect((await world.call('POST', BEGIN, { headers: { ...OWN_PAGE, cookie } })).status).toBe(401)
  })

  it('accept no identifier that the server did not issue, whether planted or one of two', async ({ world }) => {
    const planted = `1claw-console=${'A'.repeat(43)}`
    expect((await renew(world, planted)).status).toBe(401)
    const { token } = await world.signUp()
    const begun = await ok(world.call('POST', BEGIN, { token, headers: { ...OWN_PAGE, cookie: planted } }))
    expect(cookieOf(begun)).not.toBe(planted)
    expect((await renew(world, planted)).status).toBe(401)
    expect((await renew(world, `${planted}; ${cookieOf(begun)}`)).status).toBe(401)
    expect((await renew(world, `other=1; ${cookieOf(begun)}`)).status).toBe(200)
  })

  it('replace the session that the browser had, whoever it belonged to', async ({ world, calls: { statusOf } }) => {
    const attacker = await keptSession(world)
    const { token } = await world.signUp()
    await ok(world.call('POST', BEGIN, { token, headers: { ...OWN_PAGE, cookie: attacker.cookie } }))
    expect([await statusOf(attacker.token), (await renew(world, attacker.cookie)).status]).toEqual([401, 401])
  })

  it.for<[string, (session: Session) => Promise<unknown>]>([
    ['its end', ({ world, cookie }) => world.call('DELETE', BEGIN, { headers: { ...OWN_PAGE, cookie } })],
    ['the revocation of a token of it', ({ world, token }) => world.call('DELETE', '/v1/auth/token', { token })],
    [
      'its revocation from elsewhere',
      async ({ world, user, token }) => {
        const id = await sessionOf(world, token)
        const elsewhere = await signInTo(world, user)
        return world.call('DELETE', `/v1/auth/console-sessions/${id}`, { token: elsewhere })
      },
    ],
    [
      'a change of password',
      ({ world, token }) =>
        world.call('POST', '/v1/auth/change-password', {
          token,
          body: { current_password: PASSWORD, new_password: NEW_PASSWORD },
        }),
    ],
    [
      'the deletion of the account',
      ({ world, token }) => world.call('DELETE', '/v1/auth/me', { token, body: { confirmation: 'DELETE MY ACCOUNT' } }),
    ],
  ])('are worth nothing after %s: neither the cookie nor any token', async ([_, act], { world, calls: { statusOf } }) => {
    const session = await keptSession(world)
    const renewed = (await ok(renew(world, session.cookie))).body.access_token
    const reply = (await act({ world, ...session })) as { status: number }
    expect(reply.status).toBe(204)
    expect([await statusOf(session.token), await statusOf(renewed), (await renew(world, session.cookie)).status]).toEqual([
      401, 401, 401,
    ])
  })

  it.for(['demoted', 'removed'] as const)('end when their user is %s', async (how, { world, calls: { statusOf } }) => {
    const owner = await world.signUp()
    const email = `${crypto.randomUUID()}@example.com`
    const user = await world.signUp(email)
    await world.server.database.run(async ({ accounts }) => {
      await accounts.addMember({ org_id: owner.orgId, user_id: user.id, role: 'admin', created_at: Date.now() })
    })
    const { cookie, token } = await keptSession(world, user)
    const reply =
      how === 'removed'
        ? await world.call('DELETE', `/v1/org/members/${user.id}`, { token: owner.token })
        : await world.call('PATCH', `/v1/org/members/${user.id}`, { token: owner.token, body: { role: 'member' } })
    expect(reply.status).toBeLessThan(300)
    expect([await statusOf(token), (await renew(world, cookie)).status]).toEqual([401, 401])
  })

  it('end after twelve hours without use, and after seven days of use', async ({ world }) => {
    const idle = await keptSession(world)
    world.advance(12 * HOUR)
    expect((await renew(world, idle.cookie)).status).toBe(401)
    const used = await keptSession(world)
    for (let hours = 0; hours < 7 * 24 - 11; hours += 11) {
      world.advance(11 * HOUR)
      expect((await renew(world, used.cookie)).status).toBe(200)
    }
    world.advance(2 * HOUR + HOUR - 100_000)
    const last = await ok(renew(world, used.cookie))
    expect(last.body.expires_in).toBeLessThanOrEqual(100)
    world.advance(100_000)
    expect((await renew(world, used.cookie)).status).toBe(401)
  })

  it('follow the user to another organisation, with their tokens', async ({ world, calls: { statusOf } }) => {
    const owner = await world.signUp()
    const user = await world.signUp()
    await world.server.database.run(async ({ accounts }) => {
      await accounts.addMember({ org_id: owner.orgId, user_id: user.id, role: 'member', created_at: Date.now() })
    })
    const { token, cookie } = await keptSession(world, user)
    const switched = await ok(world.call('POST', '/v1/auth/switch-org', { token, body: { org_id: owner.orgId } }))
    const orgOf = async (each: string) => (await ok(world.call('GET', '/v1/orgs', { token: each }))).body.orgs.find(isCurrent).id
    const isCurrent = (org: { is_current: boolean }) => org.is_current
    expect(await orgOf(switched.body.access_token)).toBe(owner.orgId)
    expect(await orgOf((await ok(renew(world, cookie))).body.access_token)).toBe(owner.orgId)
    await ok(world.call('DELETE', BEGIN, { headers: { ...OWN_PAGE, cookie } }))
    expect(await statusOf(switched.body.access_token)).toBe(401)
  })

  it('are listed for their owner with place and time; no one else can end them', async ({
    world,
    calls: { statusOf, signIn },
  }) => {
    const first = await keptSession(world)
    const second = await keptSession(world, { ...first.user, token: await signIn(first.user) })
    const { body } = await ok(world.call('GET', '/v1/auth/console-sessions', { token: second.token }))
    expect(body.sessions).toHaveLength(2)
    const current = body.sessions.filter((each: { is_current: boolean }) => each.is_current)
    expect(current).toEqual([expect.objectContaining({ ip_address: '127.0.0.1', user_agent: 'lightMyRequest' })])
    const stranger = await world.signUp()
    const url = `/v1/auth/console-sessions/${await sessionOf(world, first.token)}`
    expect((await world.call('DELETE', url, { token: stranger.token })).status).toBe(404)
    expect(await statusOf(first.token)).toBe(200)
    expect((await world.call('DELETE', url, { token: second.token })).status).toBe(204)
    expect([await statusOf(first.token), await statusOf(second.token)]).toEqual([401, 200])
  })

  it('are limited to twenty a person; a new one replaces the least recently used', async ({ world, calls: { signIn } }) => {
    const first = await keptSession(world)
    for (let more = 0; more < 20; more++) {
      world.advance(1_000)
      await keptSession(world, { ...first.user, token: await signIn(first.user) })
    }
    expect((await renew(world, first.cookie)).status).toBe(401)
  })

  it('leave no cookie in the audit log, and none in the database', async ({ world }) => {
    const { cookie } = await keptSession(world)
    const value = cookie.split('=')[1] ?? ''
    expect(JSON.stringify(await allEvents(world))).not.toContain(value)
    const all = await world.server.database.read(({ consoleSessions }) => consoleSessions.exists(value))
    expect(all).toBe(false)
  })
})

describe('where the pages are reached by https', () => {
  it('the cookie is sent by https only, under a name that cannot be set in another way', async () => {
    const world = await makeWorld('sqlite')
    world.server.reachableAt('https://secrets.example.com')
    const { token } = await world.signUp()
    const reply = await ok(world.call('POST', BEGIN, { token, headers: OWN_PAGE }))
    expect(reply.headers['set-cookie']).toMatch(/^__Secure-1claw-console=[\w-]{43}; .*; HttpOnly; SameSite=Strict; Secure$/)
    await world.close()
  })
})

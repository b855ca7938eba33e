import { createSign, generateKeyPairSync, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { onEngines, started, testsOn } from '../../support/fixtures.ts'
import { mailbox } from '../../support/mailbox.ts'
import { oidcIssuer } from '../../support/oidc-issuer.ts'
import { allEvents } from '../../support/rows.ts'
import { makeWorld, ok, PASSWORD } from '../../support/world.ts'

const someone = (more: object = {}) => {
  return { sub: randomUUID(), email: `${randomUUID()}@example.com`, email_verified: true, name: 'Grace', ...more }
}

const engines = onEngines(engine =>
  testsOn(engine)
    .extend(
      'issuer',
      { scope: 'file' },
      started(oidcIssuer, issuer => issuer.close()),
    )
    .extend('settings', { scope: 'file' }, ({ issuer }) => ({
      oidc: { issuer: issuer.issuer, clientId: issuer.clientId, jwksUri: undefined },
    }))
    .extend('calls', ({ world }) => {
      const google = (id_token: string, more: object = {}) =>
        world.call('POST', '/v1/auth/google', { body: { id_token, ...more } })
      const me = async (token: string) => (await ok(world.call('GET', '/v1/auth/me', { token }))).body
      return { google, me }
    }),
)

describe.each(engines)('sign-in by OIDC on $engine', ({ it }) => {
  it('creates an account at the first sign-in and finds it at the next, even under another address', async ({
    issuer,
    calls: { google, me },
  }) => {
    const grace = someone()
    const first = await ok(google(await issuer.idToken(grace)))
    expect(first.body).toMatchObject({ token_type: 'Bearer', expires_in: 900 })
    const account = await me(first.body.access_token)
    expect(account).toMatchObject({ email: grace.email, auth_method: 'google', email_verified: true, display_name: 'Grace' })
    const moved = await ok(google(await issuer.idToken({ ...grace, email: `${randomUUID()}@example.com` })))
    expect((await me(moved.body.access_token)).id).toBe(account.id)
  })

  it('is offered to the console', async ({ issuer, world }) => {
    const { body } = await world.call('GET', '/v1/auth/options')
    expect(body.oidc).toEqual({
      issuer: issuer.issuer,
      client_id: issuer.clientId,
      authorization_endpoint: `${issuer.issuer}/auth`,
    })
  })

  it('links an account whose same address was confirmed here', async ({ issuer, world, calls: { google, me } }) => {
    const user = await world.signUp()
    const person = someone({ email: user.email.toUpperCase() })
    await world.server.database.run(({ accounts }) => accounts.update(user.id, { email_verified: true }))
    const { body } = await ok(google(await issuer.idToken(person)))
    expect((await me(body.access_token)).id).toBe(user.id)
    const again = await ok(google(await issuer.idToken({ ...person, email: user.email })))
    expect((await me(again.body.access_token)).id).toBe(user.id)
    await ok(world.call('POST', '/v1/auth/token', { body: { email: user.email, password: PASSWORD } }))
  })

  it('refuses another subject with the address of an account that has one, and records it there', async ({
    issuer,
    world,
    calls: { google, me },
  }) => {
    const ada = someone()
    const first = await me((await ok(google(await issuer.idToken(ada)))).body.access_token)
    const refused = await google(await issuer.idToken({ ...ada, sub: randomUUID() }))
    const bad = await google('nonsense')
    expect([refused.status, refused.body.detail]).toEqual([bad.status, bad.body.detail])
    expect(refused.status).toBe(401)
    const events = (await allEvents(world)).filter(({ org_id, action }) => org_id === first.org_id && action === 'auth.failure')
    expect(events.map(({ actor_id, details }) => [actor_id, details])).toEqual([
      [first.id, { method: 'google', rule: 'other-subject' }],
    ])
    expect((await me((await ok(google(await issuer.idToken(ada)))).body.access_token)).id).toBe(first.id)
  })

  it('links one of two subjects that sign in at the same time, and one subject that does so twice', async ({
    issuer,
    world,
    calls: { google },
  }) => {
    const { email } = await world.signUp()
    const both = [await issuer.idToken(someone({ email })), await issuer.idToken(someone({ email }))]
    const replies = await Promise.all(both.map(token => google(token)))
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 401])
    const { email: other } = await world.signUp()
    const person = someone({ email: other })
    const same = [await issuer.idToken(person), await issuer.idToken(person)]
    expect((await Promise.all(same.map(token => google(token)))).map(({ status }) => status)).toEqual([200, 200])
  })

  it('accepts only a token with the nonce that it issued', async ({ issuer, calls: { google } }) => {
    const token = await issuer.idToken(someone(), 'my-nonce')
    expect((await google(token, { nonce: 'another' })).status).toBe(401)
    expect((await google(token, { nonce: 'my-nonce' })).status).toBe(200)
  })

  it('accepts a token with a nonce only once, however it is presented again', async ({ issuer, calls: { google } }) => {
    const token = await issuer.idToken(someone(), 'once')
    const both = await Promise.all([1, 2].map(() => google(token, { nonce: 'once' })))
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401])
    expect((await google(token)).status).toBe(401)
    const alias = token.slice(0, -1) + String.fromCharCode(token.charCodeAt(token.length - 1) + 1)
    expect((await google(alias)).status).toBe(401)
  })

  it('refuses an address that the issuer has not verified', async ({ issuer, calls: { google } }) => {
    for (const email_verified of [false, undefined]) {
      expect((await google(await issuer.idToken(someone({ email_verified })))).status).toBe(401)
    }
  })

  it('refuses an expired, changed, misdirected or wrongly signed token with the same answer', async ({
    issuer,
    world,
    calls: { google },
  }) => {
    const good = await issuer.idToken(someone())
    const [head = '', payload = '', signature = ''] = good.split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>
    const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { kid: string }
    const json = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const forge = (header: object, body: object) => {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
      const input = `${json(header)}.${json(body)}`
      return `${input}.${createSign('RSA-SHA256').update(input).sign(privateKey, 'base64url')}`
    }
    const bad = [
      'nonsense',
      `${head}.${json({ ...claims, email: 'other@example.com' })}.${signature}`,
      `${json({ alg: 'none' })}.${payload}.`,
      forge({ alg: 'RS256', kid }, claims),
      forge({ alg: 'RS256', kid: 'unknown' }, claims),
      forge({ alg: 'RS256', kid, jku: 'http://evil.example/jwks' }, claims),
    ]
    const answers = []
    for (const token of bad) {
      const { status, body } = await google(token)
      answers.push({ status, detail: body.detail })
    }
    expect(new Set(answers.map(answer => JSON.stringify(answer)))).toEqual(
      new Set([JSON.stringify({ status: 401, detail: 'The ID token was not accepted.' })]),
    )
    world.advance(2 * 3_600_000)
    expect((await google(good)).status).toBe(401)
    world.advance(-2 * 3_600_000)
  })

  it('is closed to new people where sign-up is by invitation', async ({ engine, issuer }) => {
    const closed = await makeWorld(engine, {
      signup: 'invite',
      oidc: { issuer: issuer.issuer, clientId: issuer.clientId, jwksUri: `${issuer.issuer}/jwks` },
    })
    try {
      const call = async (person: Parameters<typeof issuer.idToken>[0]) =>
        closed.call('POST', '/v1/auth/google', { body: { id_token: await issuer.idToken(person) } })
      const first = someone()
      expect((await call(first)).status).toBe(200)
      expect((await call(first)).status).toBe(200)
      expect((await call(someone())).status).toBe(403)
      await mailbox(closed.dataDir).newest('welcome', first.email)
    } finally {
      await closed.close()
    }
  })
})

describe('an issuer', () => {
  const tryWith = async (issuer: string, jwksUri?: string) => {
    const world = await makeWorld('sqlite', { oidc: { issuer, clientId: 'c', jwksUri } })
    try {
      const options = await world.call('GET', '/v1/auth/options')
      expect(options.body).not.toHaveProperty('oidc')
      const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid: 'k' })).toString('base64url')
      return await world.call('POST', '/v1/auth/google', { body: { id_token: `${header}.e30.c2ln` } })
    } finally {
      await world.close()
    }
  }

  it.each(['http://169.254.169.254', 'http://[fd00:ec2::254]', 'http://100.100.100.200', 'http://127.0.0.1:1'])(
    'with a forbidden address is not contacted, and its tokens are not accepted: %s',
    async issuer => {
      expect((await tryWith(issuer)).status).toBe(503)
      expect((await tryWith('http://127.0.0.1:1', `${issuer}/jwks`)).status).toBe(503)
    },
  )

  it('that names another issuer in its discovery document is not accepted', async () => {
    const server = createServer((_, response) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ issuer: 'https://other.example', jwks_uri: 'http://x', authorization_endpoint: 'http://x' }))
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { status } = await tryWith(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    server.close()
    expect(status).toBe(503)
  })
})

import { Secret, TOTP } from 'otpauth'
import { describe, expect } from 'vitest'
import { cases, onEngines, testsOn } from '../../support/fixtures.ts'
import { mailbox } from '../../support/mailbox.ts'
import { ok, PASSWORD, type Reply, type TestUser } from '../../support/world.ts'

const STEP = 30_000

describe.each(onEngines(testsOn))('a second factor on $engine', ({ it: base }) => {
  let ahead = 0

  const codeOf = (secret: string, steps = 0) =>
    TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: Date.now() + ahead + steps * STEP })

  const wrong = (secret: string) => {
    const right = [-1, 0, 1].map(step => codeOf(secret, step))
    return ['000000', '111111', '222222', '333333'].find(code => !right.includes(code)) ?? ''
  }

  let lastIp = 0

  const newIp = () => `10.1.${Math.floor(++lastIp / 250)}.${(lastIp % 250) + 1}`

  const it = base.extend('calls', ({ world }) => {
    const advance = (ms: number) => {
      ahead += ms
      world.advance(ms)
    }
    const post = (path: string, token: string | undefined, body?: object, ip?: string) =>
      world.call('POST', `/v1/auth/mfa/${path}`, { token, body, ...(ip !== undefined && { ip }) })
    const signIn = ({ email }: TestUser, ip?: string) =>
      world.call('POST', '/v1/auth/token', { body: { email, password: PASSWORD }, ...(ip !== undefined && { ip }) })
    async function enrolled(): Promise<{ user: TestUser; secret: string; codes: string[] }> {
      const user = await world.signUp()
      const { secret } = (await ok(post('setup', user.token))).body
      const { recovery_codes: codes } = (await ok(post('verify-setup', user.token, { code: codeOf(secret) }))).body
      // The code that turned it on is used up.
      advance(STEP)
      return { user, secret, codes }
    }
    async function freshToken(user: TestUser, secret: string): Promise<{ token: string }> {
      advance(STEP)
      const { mfa_token } = (await ok(signIn(user))).body
      const { body } = await ok(post('verify', undefined, { mfa_token, code: codeOf(secret) }, newIp()))
      return { token: body.access_token }
    }
    return { advance, post, signIn, enrolled, freshToken }
  })

  it('is set up with a first code, and announced by mail', async ({ world, calls: { post, signIn } }) => {
    const user = await world.signUp()
    const begun = await ok(post('setup', user.token))
    expect(begun.body.secret).toMatch(/^[A-Z2-7]{32}$/)
    expect(begun.body.otpauth_uri).toMatch(/^otpauth:\/\/totp\/1claw:.*period=30/)
    expect(begun.body.otpauth_uri).toContain(`secret=${begun.body.secret}`)
    expect((await world.call('GET', '/v1/auth/mfa/status', { token: user.token })).body).toEqual({ enabled: false })
    expect((await ok(signIn(user))).body).not.toHaveProperty('mfa_required')

    const again = await ok(post('setup', user.token))
    expect(again.body.secret).not.toBe(begun.body.secret)
    expect((await post('verify-setup', user.token, { code: codeOf(begun.body.secret) })).status).toBe(400)
    const { body } = await ok(post('verify-setup', user.token, { code: codeOf(again.body.secret) }))
    expect(new Set(body.recovery_codes).size).toBe(8)
    expect((await world.call('GET', '/v1/auth/mfa/status', { token: user.token })).body).toEqual({ enabled: true })
    expect((await world.call('GET', '/v1/auth/me', { token: user.token })).body.totp_enabled).toBe(true)
    expect((await post('setup', user.token)).status).toBe(409)
    expect((await post('verify-setup', user.token, { code: codeOf(again.body.secret, 1) })).status).toBe(400)
    await mailbox(world.dataDir).newest('mfa-changed', user.email)
  })

  it.for(
    cases([
      ['a space', ' '],
      ['a dash', '-'],
    ]),
  )(
    'takes a code with %s in it, to be set up and at sign-in',
    async ([_, between], { world, calls: { post, signIn, advance } }) => {
      const user = await world.signUp()
      const { secret } = (await ok(post('setup', user.token))).body
      const typed = () => codeOf(secret).replace(/^.{3}/, `$&${between}`)
      await ok(post('verify-setup', user.token, { code: typed() }))
      advance(STEP)
      const { mfa_token } = (await ok(signIn(user))).body
      await ok(post('verify', undefined, { mfa_token, code: typed() }, newIp()))
    },
  )

  it('is required at sign-in, and its token works once', async ({ world, calls: { enrolled, signIn, post, advance } }) => {
    const { user, secret } = await enrolled()
    const { body } = await ok(signIn(user))
    expect(body).toEqual({
      mfa_required: true,
      mfa_token: expect.any(String),
      access_token: '',
      token_type: 'Bearer',
      expires_in: 300,
    })
    expect((await world.call('GET', '/v1/auth/me', { token: body.mfa_token })).status).toBe(401)
    expect((await post('verify', undefined, { mfa_token: body.mfa_token, code: wrong(secret) })).status).toBe(401)
    const done = await ok(post('verify', undefined, { mfa_token: body.mfa_token, code: codeOf(secret) }))
    expect(done.body).toMatchObject({ token_type: 'Bearer', expires_in: 900 })
    expect((await world.call('GET', '/v1/auth/me', { token: done.body.access_token })).status).toBe(200)
    advance(STEP)
    expect((await post('verify', undefined, { mfa_token: body.mfa_token, code: codeOf(secret) })).status).toBe(401)
  })

  it('accepts each code once, however many try it at once', async ({ calls: { enrolled, signIn, post } }) => {
    const { user, secret } = await enrolled()
    const challenges = await Promise.all([1, 2, 3, 4].map(async () => (await ok(signIn(user))).body.mfa_token as string))
    const code = codeOf(secret)
    const tries = await Promise.all(challenges.map(mfa_token => post('verify', undefined, { mfa_token, code }, newIp())))
    expect(tries.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401])
  })

  it('accepts a code of the step before or after, and none older than the last one', async ({
    calls: { enrolled, post, signIn, advance },
  }) => {
    const { user, secret } = await enrolled()
    const verify = async (code: string) =>
      post('verify', undefined, { mfa_token: (await signIn(user)).body.mfa_token, code }, newIp())
    advance(10 * STEP)
    expect((await verify(codeOf(secret, -2))).status).toBe(401)
    expect((await verify(codeOf(secret, 2))).status).toBe(401)
    expect((await verify(codeOf(secret, 1))).status).toBe(200)
    expect((await verify(codeOf(secret, 0))).status).toBe(401)
    expect((await verify(codeOf(secret, -1))).status).toBe(401)
  })

  it('accepts each recovery code in its place once, however it is typed', async ({ calls: { enrolled, post, signIn } }) => {
    const { user, codes } = await enrolled()
    const [first = '', second = ''] = codes
    const verify = async (code: string, ip: string) =>
      post('verify', undefined, { mfa_token: (await signIn(user)).body.mfa_token, code }, ip)
    const tries = await Promise.all([1, 2, 3].map(() => verify(first, newIp())))
    expect(tries.map(({ status }) => status).toSorted()).toEqual([200, 401, 401])
    expect((await verify(second.toLowerCase().replaceAll('-', ' '), newIp())).status).toBe(200)
  })

  it('has challenges that expire after five minutes and with a change of password', async ({
    world,
    calls: { enrolled, signIn, advance, post, freshToken },
  }) => {
    const { user, secret } = await enrolled()
    const old = (await ok(signIn(user))).body.mfa_token
    advance(300_001)
    expect((await post('verify', undefined, { mfa_token: old, code: codeOf(secret) }, newIp())).status).toBe(401)
    const open = (await ok(signIn(user))).body.mfa_token
    const change = { current_password: PASSWORD, new_password: 'another horse battery staple 43' }
    const { token } = await freshToken(user, secret)
    await ok(world.call('POST', '/v1/auth/change-password', { token, body: change }))
    advance(STEP)
    expect((await post('verify', undefined, { mfa_token: open, code: codeOf(secret) }, newIp())).status).toBe(401)
  })

  it('locks after five wrong codes from any address, and informs the owner', async ({
    world,
    calls: { enrolled, signIn, post, advance, freshToken },
  }) => {
    const { user, secret } = await enrolled()
    const { mfa_token } = (await ok(signIn(user))).body
    const bad = wrong(secret)
    for (let i = 0; i < 5; i++) expect((await post('verify', undefined, { mfa_token, code: bad }, newIp())).status).toBe(401)
    const locked = await post('verify', undefined, { mfa_token, code: codeOf(secret) }, newIp())
    expect(locked.status).toBe(429)
    expect(Number(locked.headers['retry-after'])).toBeGreaterThan(800)
    await mailbox(world.dataDir).newest('locked', user.email)
    advance(15 * 60_000 + STEP)
    expect((await freshToken(user, secret)).token).toBeTruthy()
  })

  it('answers at most five of a hundred guesses at the same time', async ({ calls: { enrolled, signIn, post } }) => {
    const { user, secret } = await enrolled()
    const { mfa_token } = (await ok(signIn(user))).body
    const bad = wrong(secret)
    const guesses = await Promise.all(
      Array.from({ length: 100 }, (_, i) => post('verify', undefined, { mfa_token, code: bad }, `10.9.0.${i + 1}`)),
    )
    expect(guesses.filter(({ status }) => status === 401)).toHaveLength(5)
    expect(guesses.filter(({ status }) => status === 429)).toHaveLength(95)
  })

  it.for(
    cases([
      ['a code', (secret: string) => ({ code: codeOf(secret) })],
      ['the password', () => ({ password: PASSWORD })],
    ]),
  )('is turned off with %s', async ([_, proof], { world, calls: { enrolled, freshToken, advance, signIn } }) => {
    const { user, secret } = await enrolled()
    const { token } = await freshToken(user, secret)
    const disable = (body?: object): Promise<Reply> => world.call('DELETE', '/v1/auth/mfa', { token, body })
    expect((await disable()).status).toBe(400)
    expect((await disable({ password: 'not the password' })).body.fields).toHaveProperty('password')
    expect((await disable({ code: wrong(secret) })).body.fields).toHaveProperty('code')
    advance(STEP)
    expect((await disable(proof(secret))).status).toBe(204)
    expect((await ok(signIn(user))).body.access_token).not.toBe('')
    expect((await disable({ password: PASSWORD })).status).toBe(400)
  })

  it('is not required of API keys, which cannot change it', async ({ world, calls: { enrolled, freshToken, post } }) => {
    const { user, secret } = await enrolled()
    const { token } = await freshToken(user, secret)
    const key = (await ok(world.call('POST', '/v1/auth/api-keys', { token, body: { name: 'k' } }))).body.api_key
    const exchanged = await ok(world.call('POST', '/v1/auth/api-key-token', { body: { api_key: key } }))
    for (const credential of [key, exchanged.body.access_token]) {
      expect((await world.call('GET', '/v1/auth/me', { token: credential })).status).toBe(200)
      expect((await post('setup', credential)).status).toBe(403)
      expect((await world.call('DELETE', '/v1/auth/mfa', { token: credential, body: { password: PASSWORD } })).status).toBe(403)
    }
  })

  it('is stored sealed, with hashed recovery codes', async ({ world, calls: { enrolled } }) => {
    const { user, secret, codes } = await enrolled()
    const factor = await world.server.database.read(({ mfa }) => mfa.factor(user.id))
    const bytes = Buffer.from(factor?.sealed ?? []).toString('latin1')
    expect(bytes.length).toBeGreaterThan(32)
    expect(bytes).not.toContain(secret)
    expect(bytes).not.toContain(codes[0])
  })
})

import { describe, expect, it } from 'vitest'
import { addAccount } from '../../../server/modules/auth/new-account.ts'
import { ENGINES } from '../../support/databases.ts'
import { cases, onEngines, openingOn, testsOn } from '../../support/fixtures.ts'
import { mailbox } from '../../support/mailbox.ts'
import { allEvents, rowsOf } from '../../support/rows.ts'
import { makeWorld, ok, PASSWORD } from '../../support/world.ts'

describe.each(onEngines(testsOn))('signing up, on $engine', ({ it: base }) => {
  const it = base.extend('calls', ({ world }) => {
    const signUp = (body: object, ip?: string) => world.call('POST', '/v1/auth/signup', { body, ...(ip && { ip }) })
    return { signUp }
  })

  it('returns a token of the owner of a new organisation', async ({ world, calls: { signUp } }) => {
    const { status, body } = await signUp({ email: ' Ada.Lovelace@Example.COM ', password: PASSWORD, display_name: 'Ada' })
    expect({ status, fields: Object.keys(body).sort() }).toEqual({
      status: 200,
      fields: ['access_token', 'expires_in', 'token_type'],
    })
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 900 })
    const me = await world.call('GET', '/v1/auth/me', { token: body.access_token })
    expect(me.body).toMatchObject({
      email: 'ada.lovelace@example.com',
      display_name: 'Ada',
      role: 'owner',
      auth_method: 'password',
    })
    const [event] = (await allEvents(world)).filter(({ org_id }) => org_id === me.body.org_id)
    expect(event).toMatchObject({ action: 'auth.signup', actor_id: me.body.id, ip_address: '127.0.0.1' })
  })

  it.for([
    'taken@example.com',
    'TAKEN@example.com',
    '  taken@example.com\t',
    'ｔａｋｅｎ@example.com',
    'taken@ｅxample.com',
    'taKen@example.com',
  ])('refuses %j, however it is written, once it is taken', async (email, { calls: { signUp } }) => {
    await signUp({ email: 'taken@example.com', password: PASSWORD })
    expect(await signUp({ email, password: PASSWORD })).toMatchObject({ status: 409, body: { title: 'Conflict' } })
  })

  it('admits one of many requests for the same address at once', async ({ world, calls: { signUp } }) => {
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        signUp({ email: i % 2 ? 'race@example.com' : ' RACE@example.com', password: PASSWORD }),
      ),
    )
    expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(409)])
    const users = await rowsOf(world, "SELECT email FROM users WHERE email LIKE '%race%'")
    expect(users).toEqual([{ email: 'race@example.com' }])
    expect(await rowsOf(world, 'SELECT id FROM orgs')).toHaveLength((await rowsOf(world, 'SELECT id FROM users')).length)
  })

  it.for(
    cases([
      ['short', 'Xq7#kd0', 'at least 12'],
      ['only long', 'aaaaaaaaaaaaaaaaaaaaaaaa', 'easy to guess'],
      ['a dictionary word twice', 'passwordpassword', 'easy to guess'],
      ['a date', '010119900101', 'easy to guess'],
      ['a row of keys', 'qwertyuiopasdf', 'easy to guess'],
      ['the address', 'somebody.special@example.org', 'easy to guess'],
      ['with special characters where everybody has them', 'P@ssw0rd2024!', 'easy to guess'],
      ['257 characters', 'x'.repeat(257), ''],
    ]),
  )('refuses a password that is %s', async ([_, password, reason], { calls: { signUp } }) => {
    const { status, body } = await signUp({ email: 'somebody.special@example.org', password })
    expect(status).toBe(400)
    expect(body.fields.password).toContain(reason)
    expect(JSON.stringify(body)).not.toContain(password)
  })

  it.for(
    cases([
      ['of words', 'correct horse battery staple 42'],
      ['of random letters', 'wqzmvkxjhtpl'],
      ['of any script', 'пароль сложный очень девять'],
      ['with 256 characters', 'T7#q'.repeat(3).concat('k9$Lw2 zR!x5 '.repeat(30)).slice(0, 256)],
    ]),
  )('accepts a strong password %s', async ([_, password], { world, calls: { signUp } }) => {
    const email = `${Math.random().toString(36).slice(2)}@example.com`
    expect((await signUp({ email, password })).status).toBe(200)
    const login = await world.call('POST', '/v1/auth/token', { body: { email, password } })
    expect(login.status).toBe(200)
  })

  it.for([
    'nobody',
    'a@b@c.com',
    '@example.com',
    'a@',
    'a b@example.com',
    'a\0b@example.com',
    'a＠b@example.com',
    `${'a'.repeat(250)}@x.yz`,
  ])('refuses %j, which is not an address', async (email, { calls: { signUp } }) => {
    const { status, body } = await signUp({ email, password: PASSWORD })
    expect({ status, field: Object.keys(body.fields)[0] }).toEqual({ status: 400, field: 'email' })
  })

  it('ignores fields that it does not know', async ({ calls: { signUp } }) => {
    const { status } = await signUp({ email: 'extra@example.com', password: PASSWORD, plan: 'pro', role: 'admin', org_id: 'x' })
    expect(status).toBe(200)
  })
})

describe.each(ENGINES)('the first accounts, on %s', engine => {
  it('make one platform, even at the same time', async () => {
    const world = await makeWorld(engine)
    try {
      const replies = await Promise.all(
        ['first', 'second', 'third'].map(name =>
          world.call('POST', '/v1/auth/signup', { body: { email: `${name}@example.com`, password: PASSWORD } }),
        ),
      )
      expect(replies.map(({ status }) => status)).toEqual([200, 200, 200])
      const orgs = await rowsOf(world, 'SELECT is_platform FROM orgs')
      expect(orgs.map(row => Number(row['is_platform'])).sort()).toEqual([0, 0, 1])
    } finally {
      await world.close()
    }
  })
})

describe.each(ENGINES)('a server that is closed, on %s', engine => {
  it('allows only the very first account, also when several sign up at the same time', async () => {
    const world = await makeWorld(engine, { signup: 'closed' })
    try {
      const signUp = (name: string) =>
        world.call('POST', '/v1/auth/signup', { body: { email: `${name}@example.com`, password: PASSWORD } })
      const replies = await Promise.all(['a', 'b', 'c', 'd'].map(signUp))
      expect(replies.map(({ status }) => status).sort()).toEqual([200, 403, 403, 403])
      expect(await signUp('later')).toMatchObject({ status: 403, body: { detail: expect.stringContaining('closed') } })
      expect(await rowsOf(world, 'SELECT id FROM users')).toHaveLength(1)
    } finally {
      await world.close()
    }
  })
})

describe.each(onEngines(openingOn))('a mailed link that creates an account, on $engine', ({ it }) => {
  it('still works after an attempt that failed', async ({ open }) => {
    const world = await open({ emailVerification: true })
    const email = 'waiting@example.com'
    await ok(world.call('POST', '/v1/auth/signup', { body: { email, password: PASSWORD } }))
    const { token } = await mailbox(world.dataDir).newest('verification', email)
    const follow = () => world.call('POST', '/v1/auth/verify-email', { body: { token } })
    const taken = { email, name: null, passwordHash: null, method: 'google', verified: true } as const
    const { id } = await world.server.database.run(stores => addAccount(stores, taken, '192.0.2.1', world.now()))
    expect((await follow()).status).toBe(409)
    await world.server.database.run(({ accounts }) => accounts.remove(id, world.now()))
    await ok(follow())
    expect((await follow()).body.fields).toEqual({ token: expect.stringContaining('already used') })
  })
})

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mayMail } from '../../../server/mail/budget.ts'
import { ENGINES } from '../../support/databases.ts'
import { mailbox } from '../../support/mailbox.ts'
import { makeWorld, ok, PASSWORD, type TestUser, type World } from '../../support/world.ts'

const DAY = 24 * 3_600_000

describe.each(ENGINES)('mail that strangers cause, on %s', engine => {
  let world: World
  let mail: ReturnType<typeof mailbox>
  beforeAll(async () => {
    world = await makeWorld(engine, { emailVerification: true })
    mail = mailbox(world.dataDir)
  })
  afterAll(() => world?.close())

  const victim = () => `${randomUUID()}@example.com`
  const post = (url: string, body: object, token?: string) => world.call('POST', url, { body, token })
  const signUp = (email: string) => post('/v1/auth/signup', { email, password: PASSWORD })
  const invite = (by: { token: string }, email: string) => post('/v1/org/invite', { email }, by.token)
  async function person(): Promise<TestUser> {
    const email = victim()
    await ok(signUp(email))
    const { token } = await mail.newest('verification', email)
    const { body } = await ok(post('/v1/auth/verify-email', { token }))
    const me = (await ok(world.call('GET', '/v1/auth/me', { token: body.access_token }))).body
    return { email, token: body.access_token, id: me.id, orgId: me.org_id }
  }
  /** As if so many had been mailed today. */
  const written = (count: number, letter: Parameters<typeof mayMail>[1]) =>
    world.server.database.run(async ({ auth }) => {
      for (let i = 0; i < count; i++) await mayMail(auth, letter, Date.now())
    })

  it('stops at ten invitations a day for one address, from all organisations together', async () => {
    const [one, other] = [await person(), await person()]
    const email = victim()
    for (let i = 0; i < 5; i++) for (const by of [one, other]) await ok(invite(by, email))
    expect((await invite(one, email)).status).toBe(429)
    expect((await invite(await person(), email)).status).toBe(429)
    await ok(invite(one, victim()))
  })

  it('stops at two hundred invitations a day of one organisation', async () => {
    const owner = await person()
    for (let i = 0; i < 199; i++) await written(1, { kind: 'invitation', email: victim(), orgId: owner.orgId })
    await ok(invite(owner, victim()))
    expect((await invite(owner, victim())).status).toBe(429)
  })

  it('quotes their words on one line, without a link', async () => {
    const human = await person()
    const body = {
      name: 'bot',
      description: 'Your account is locked. Unlock it at https://evil.example/unlock within an hour',
      human_email: human.email,
    }
    await ok(post('/v1/agents/enroll', body))
    const { text, html } = await mail.newest('enrollment', human.email)
    expect(text).toContain('"Your account is locked. Unlock it at https evil[.]example/unlock within an hour"')
    for (const form of [text, html]) expect(form).not.toContain('evil.example')
  })

  it('asks about an agent with a link for each answer', async () => {
    const human = await person()
    await ok(post('/v1/agents/enroll', { name: 'bot', human_email: human.email }))
    const { text, token } = await mail.newest('enrollment', human.email)
    const links = [...text.matchAll(/^(Allow|Deny) it:\r?\n(\S+)/gm)].map(([, word, url]) => [word, url])
    expect(links).toEqual([
      ['Allow', `http://1claw.test/enroll/${token}?answer=allow`],
      ['Deny', `http://1claw.test/enroll/${token}?answer=deny`],
    ])
    // Following a link decides nothing: mail programs follow links by themselves.
    for (const [, url = ''] of links) expect((await world.call('GET', url.replace('http://1claw.test', ''))).status).toBe(200)
    const asked = await ok(world.call('GET', `/v1/agents/enrollments/${token}`, { token: human.token }))
    expect(asked.body.status).toBe('pending')
  })

  it('stops at ten sign-ups a day for one address, with the same answer', async () => {
    const email = victim()
    await written(8, { kind: 'sign-up', email })
    const answers = []
    for (let i = 0; i < 4; i++) answers.push((await ok(signUp(email))).body)
    expect(new Set(answers.map(answer => JSON.stringify(answer))).size).toBe(1)
    // Mail is sent in order: when the next person has theirs, all of the victim's have gone out.
    await person()
    expect((await mail.all()).filter(({ kind, to }) => kind === 'verification' && to === email)).toHaveLength(2)
    world.advance(DAY)
    await ok(signUp(email))
    await mail.newest('verification', email, 3)
  }, 60_000)
})

import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { mayMail } from '../../../server/mail/budget.ts'
import { ENGINES } from '../../support/databases.ts'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { mailbox } from '../../support/mailbox.ts'
import { makeWorld, ok, PASSWORD, type World } from '../../support/world.ts'

const DAY = 24 * 3_600_000
type Asked = Parameters<typeof mayMail>[1]

const victim = () => `${randomUUID()}@example.com`

/** As if these had been mailed today. */
const written = (world: World, asked: readonly Asked[]) =>
  world.server.database.run(async ({ auth }) => {
    for (const each of asked) await mayMail(auth, each, Date.now())
  })

describe.each(
  onEngines(engine => testsOn(engine).extend('mail', { scope: 'file' }, async ({ world }) => mailbox(world.dataDir))),
)('mail caused by strangers, on $engine', ({ it: base }) => {
  const it = base.extend('calls', ({ world }) => {
    const post = (url: string, body: object, token?: string) => world.call('POST', url, { body, token })
    const invite = (by: { token: string }, email: string) => post('/v1/org/invite', { email }, by.token)
    return { post, invite }
  })

  it('stops at ten invitations a day for one address, from all organisations together', async ({ world, calls: { invite } }) => {
    const [one, other] = [await world.signUp(), await world.signUp()]
    const email = victim()
    await written(world, Array(8).fill({ kind: 'invitation', email, orgId: one.orgId }))
    for (const by of [one, other]) await ok(invite(by, email))
    for (const by of [one, other]) expect((await invite(by, email)).status).toBe(429)
    await ok(invite(one, victim()))
  })

  it('stops at two hundred invitations a day from one organisation', async ({ world, calls: { invite } }) => {
    const owner = await world.signUp()
    await written(
      world,
      Array.from({ length: 199 }, () => ({ kind: 'invitation', email: victim(), orgId: owner.orgId })),
    )
    await ok(invite(owner, victim()))
    expect((await invite(owner, victim())).status).toBe(429)
  })

  it('quotes their words on one line, without a link', async ({ world, mail, calls: { post } }) => {
    const human = await world.signUp()
    const description = 'Your account is locked. Unlock it at https://evil.example/unlock within an hour'
    await ok(post('/v1/agents/enroll', { name: 'bot', description, human_email: human.email }))
    const { text, html } = await mail.newest('enrollment', human.email)
    expect(text).toContain('"Your account is locked. Unlock it at https evil[.]example/unlock within an hour"')
    for (const form of [text, html]) expect(form).not.toContain('evil.example')
  })

  it('asks about an agent with a link for each answer', async ({ world, mail, calls: { post } }) => {
    const human = await world.signUp()
    await ok(post('/v1/agents/enroll', { name: 'bot', human_email: human.email }))
    const { text, token } = await mail.newest('enrollment', human.email)
    const links = [...text.matchAll(/^(Allow|Deny) it:\r?\n(\S+)/gm)].map(([, word, url]) => [word, url])
    expect(links).toEqual([
      ['Allow', `http://1claw.test/enroll/${token}?answer=allow`],
      ['Deny', `http://1claw.test/enroll/${token}?answer=deny`],
    ])
    // Following a link decides nothing: mail programs follow links automatically.
    for (const [, url = ''] of links) await world.call('GET', url.replace('http://1claw.test', ''))
    const asked = await ok(world.call('GET', `/v1/agents/enrollments/${token}`, { token: human.token }))
    expect(asked.body.status).toBe('pending')
  })
})

it.each(ENGINES)('mail about sign-ups stops at ten a day for one address, with the same answer, on %s', async engine => {
  const world = await makeWorld(engine, { emailVerification: true })
  try {
    const mail = mailbox(world.dataDir)
    const signUp = (email: string) => world.call('POST', '/v1/auth/signup', { body: { email, password: PASSWORD } })
    const [email, another] = [victim(), victim()]
    await written(world, Array(9).fill({ kind: 'sign-up', email }))
    const [first, second] = [await ok(signUp(email)), await ok(signUp(email))]
    expect(second.body).toEqual(first.body)
    // Mail is sent in order: once another person has theirs, all of the victim's have been sent.
    await ok(signUp(another))
    await mail.newest('verification', another)
    expect((await mail.all()).filter(({ to }) => to === email)).toHaveLength(1)
    world.advance(DAY)
    await ok(signUp(email))
    await mail.newest('verification', email, 2)
  } finally {
    await world.close()
  }
})

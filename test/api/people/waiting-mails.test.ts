import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished } from 'vitest'
import { onEngines, openingOn, testsOn } from '../../support/fixtures.ts'
import { mailbox } from '../../support/mailbox.ts'
import { eventsFromNow } from '../../support/rows.ts'
import { smtpServer } from '../../support/smtp.ts'
import { ok, type TestUser, type World } from '../../support/world.ts'

type Mail = { id: string; kind: string; to: string; subject: string; file?: string; attempts?: number; last_error?: string }
type Found = { delivery: string; mails: Mail[]; total: number }

const list = async (world: World, { token }: TestUser, query = ''): Promise<Found> =>
  (await ok(world.call('GET', `/v1/admin/mails${query}`, { token }))).body
const show = (world: World, token: string, id = '') => world.call('GET', `/v1/admin/mails/${id}`, { token })
const signedIn = async ({ server }: World, { id: userId, orgId }: TestUser, signedInAt: number) =>
  (await server.services.sessions.forUser({ userId, orgId, generation: 0, signedInAt })).access_token
const invite = (world: World, { token }: TestUser, email: string) =>
  ok(world.call('POST', '/v1/org/invite', { token, body: { email, role: 'member' } }))

describe.each(onEngines(testsOn))('the waiting mails of a server without SMTP, on $engine', ({ it }) => {
  const invited = async (world: World, owner: TestUser, email: string) => {
    await invite(world, owner, email)
    const sent = await mailbox(world.dataDir).newest('invitation', email)
    const mail = (await list(world, owner)).mails.find(({ to }) => to === email)
    return { sent, mail, id: mail?.id ?? '' }
  }

  it('are listed newest first and in pages, with their files and without their text', async ({ world, owner }) => {
    for (const name of ['ada', 'bob']) {
      await invited(world, owner, `${name}@example.com`)
      world.advance(1000)
    }
    const { sent, mail } = await invited(world, owner, 'grüße@example.com')
    expect(mail).toMatchObject({ kind: 'invitation', to: 'grüße@example.com', subject: sent.subject })
    expect(mail?.file).toMatch(/^outbox\/.*-invitation-[0-9a-f]{8}\.eml$/)
    const all = await list(world, owner)
    expect(all).toMatchObject({ delivery: 'files', total: all.mails.length })
    expect(all.mails.slice(0, 3).map(({ to }) => to)).toEqual(['grüße@example.com', 'bob@example.com', 'ada@example.com'])
    const second = await list(world, owner, '?limit=1&offset=1')
    expect(second).toEqual({ ...all, mails: all.mails.slice(1, 2) })
    for (const { token, text } of await mailbox(world.dataDir).all()) {
      expect(text.length).toBeGreaterThan(20)
      if (token !== '') expect(JSON.stringify(all)).not.toContain(token)
    }
  })

  it('show their text to an owner, and log each read before the answer', async ({ world, owner }) => {
    const { sent, id } = await invited(world, owner, 'carol@example.com')
    const added = await eventsFromNow(world)
    const reply = await ok(show(world, owner.token, id.toUpperCase()))
    expect(reply.body).toMatchObject({
      id,
      to: 'carol@example.com',
      subject: sent.subject,
      text: expect.stringContaining(sent.token),
    })
    expect(reply.body.text).toMatch(/^\S+ invites you [\s\S]*\n\n-- \n1claw\n?$/)
    const events = (await added()).filter(({ action }) => action === 'admin.mail_show')
    expect(events).toMatchObject([{ resource_id: id, details: { kind: 'invitation', email: 'carol@example.com' } }])
    expect(JSON.stringify(events)).not.toContain(sent.token)
  })

  it('are no way for an admin, a tenant or an old sign-in to the account of somebody else', async ({ world, owner }) => {
    const { id } = await invited(world, owner, 'dave@example.com')
    const admin = await world.colleague(owner, 'admin')
    expect((await list(world, admin)).total).toBeGreaterThan(0)
    const tenant = await world.signUp()
    expect((await world.call('GET', '/v1/admin/mails', { token: tenant.token })).status).toBe(403)
    const key = (await ok(world.call('POST', '/v1/auth/api-keys', { token: owner.token, body: { name: 'all' } }))).body.api_key
    const old = await signedIn(world, owner, world.now() - 16 * 60_000)
    for (const token of [admin.token, tenant.token, key, old]) {
      const reply = await show(world, token, id)
      expect({ status: reply.status, text: reply.body.text }).toEqual({ status: 403, text: undefined })
    }
  })

  it('do not show the key of an agent', async ({ world, owner }) => {
    const { templates } = world.server.services
    await world.server.database.run(({ outbox }) =>
      outbox.add(templates.agentCredentials('erin@example.com', { name: 'a', id: owner.id, apiKey: 'ocv_of-nobody' })),
    )
    await mailbox(world.dataDir).newest('agent-credentials', 'erin@example.com')
    const mail = (await list(world, owner)).mails.find(({ to }) => to === 'erin@example.com')
    const reply = await show(world, owner.token, mail?.id)
    expect(reply.status).toBe(409)
    expect(JSON.stringify(reply.body)).not.toContain('ocv_')
  })

  it('end after seven days, and with their file', async ({ world, owner }) => {
    const { id, mail } = await invited(world, owner, 'frank@example.com')
    const { id: other, mail: kept } = await invited(world, owner, 'gina@example.com')
    await rm(join(world.dataDir, mail?.file ?? ''))
    expect((await show(world, owner.token, id)).status).toBe(404)
    expect((await list(world, owner)).mails.map(each => each.id)).not.toContain(id)
    await ok(show(world, owner.token, other))
    world.advance(7 * 86_400_000 + 60_000)
    const token = await signedIn(world, owner, world.now())
    expect((await list(world, { ...owner, token })).mails).not.toContainEqual(kept)
    expect((await show(world, token, other)).status).toBe(404)
  })
})

describe.each(onEngines(openingOn))('the waiting mails of a server with SMTP, on $engine', ({ it }) => {
  it('are listed with their attempts and the last error, and their text is shown to nobody', async ({ open }) => {
    const smtp = await smtpServer(1_000)
    onTestFinished(smtp.close)
    const world = await open({ mail: { smtpUrl: smtp.url, from: '1claw <no-reply@claw.test>' } })
    const owner = await world.signUp()
    const [first, second] = ['later@example.com', 'latest@example.com']
    await invite(world, owner, first)
    world.advance(1000)
    await invite(world, owner, second)
    const tried = async () => (await list(world, owner)).mails.filter(({ last_error }) => last_error !== undefined)
    await expect.poll(async () => (await tried()).map(({ to }) => to)).toEqual([second, first, owner.email])
    const all = await list(world, owner)
    expect(all).toMatchObject({ delivery: 'smtp', total: 3 })
    expect(all.mails[0]).toMatchObject({
      ...{ kind: 'invitation', attempts: 1, next_attempt_at: expect.any(String) },
      last_error: 'The mail server rejected the message. It answered 451.',
    })
    expect(all.mails[0]).not.toHaveProperty('file')
    expect(await list(world, owner, '?limit=1&offset=1')).toEqual({ ...all, mails: all.mails.slice(1, 2) })
    expect(JSON.stringify(all)).not.toContain('/invite/')
    const reply = await show(world, owner.token, all.mails[0]?.id)
    expect(reply.status).toBe(409)
    expect(JSON.stringify(reply.body)).not.toContain('/invite/')
    world.advance(61_000)
    await expect.poll(async () => (await list(world, owner)).mails.at(-1)?.attempts).toBe(2)
  })

  it('leave out those to nobody', async ({ open }) => {
    const smtp = await smtpServer()
    await smtp.close()
    const world = await open({ mail: { smtpUrl: smtp.url, from: '1claw <no-reply@claw.test>' } })
    const owner = await world.signUp()
    const { templates } = world.server.services
    await world.server.database.run(({ outbox }) =>
      outbox.add({ ...templates.locked(undefined), due_at: Number.MAX_SAFE_INTEGER }),
    )
    await expect.poll(async () => (await list(world, owner)).mails[0]?.last_error).toBe('The mail server refused the connection.')
    expect((await list(world, owner)).mails.map(({ kind }) => kind)).toEqual(['welcome'])
  })
})

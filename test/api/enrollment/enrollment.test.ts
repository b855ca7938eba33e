import { randomUUID } from 'node:crypto'
import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { mailbox } from '../../support/mailbox.ts'
import { allEvents } from '../../support/rows.ts'
import { makeWorld, ok } from '../../support/world.ts'

const NIL = '00000000-0000-0000-0000-000000000000'

describe.each(
  onEngines(engine => testsOn(engine).extend('mail', { scope: 'file' }, async ({ world }) => mailbox(world.dataDir))),
)('enrolment on $engine', ({ engine, it: base }) => {
  const it = base.extend('calls', ({ world }) => {
    const enroll = (body: object, ip?: string) =>
      world.call('POST', '/v1/agents/enroll', { body, ...(ip !== undefined && { ip }) })
    const link = async (more: object = {}): Promise<string> =>
      (await ok(enroll({ name: 'bot', ...more }))).body.approval_url.split('/').at(-1)
    const at = (verb: 'approve' | 'deny' | '', token: string, user: { token: string } | undefined, body?: object) =>
      world.call(verb === '' ? 'GET' : 'POST', `/v1/agents/enrollments/${token}${verb && `/${verb}`}`, {
        token: user?.token,
        ...(body && { body }),
      })
    return { enroll, link, at }
  })

  it('by a link creates an agent of the person who approves it, with what they grant, once', async ({
    world,
    mail,
    owner,
    calls: { enroll, at },
  }) => {
    const vault = await world.vault(owner)
    await world.put(owner, vault, 'prod/db', 'the value')
    const begun = await ok(enroll({ name: 'bot', description: 'reads <b>things</b>' }, '203.0.113.5'))
    expect(begun.body).toEqual({
      agent_id: NIL,
      message: expect.any(String),
      approval_url: expect.stringMatching(/^http:\/\/1claw\.test\/enroll\/[\w-]{43}$/),
    })
    const token = begun.body.approval_url.split('/').at(-1)
    expect((await ok(at('', token, owner))).body).toMatchObject({
      name: 'bot',
      description: 'reads <b>things</b>',
      requested_from: '203.0.113.5',
      status: 'pending',
    })
    const grant = { vault_id: vault, secret_path_pattern: 'prod/*', permissions: ['read'] }
    const { body } = await ok(at('approve', token, owner, { grant }))
    expect(body.agent).toMatchObject({ name: 'bot', description: 'reads <b>things</b>', is_active: true, auth_method: 'api_key' })
    expect(body.api_key).toMatch(/^ocv_/)
    expect((await ok(world.call('GET', `/v1/vaults/${vault}/secrets/prod/db`, { token: body.api_key }))).body.value).toBe(
      'the value',
    )
    const message = await mail.newest('agent-credentials', owner.email)
    expect(message.text).toContain(body.api_key)
    expect(message.text).toContain(body.agent.id)
    for (const verb of ['approve', 'deny'] as const) {
      const again = await at(verb, token, owner)
      expect(again.status).toBe(409)
      expect(again.body.detail).toContain('approved before')
    }
    expect((await ok(at('', token, owner))).body.status).toBe('approved')
    const events = (await allEvents(world)).filter(({ resource_id }) => [body.agent.id, body.policy_id].includes(resource_id))
    expect(events.map(({ action, actor_id }) => `${action} ${actor_id}`).toSorted()).toEqual([
      `agent.register ${owner.id}`,
      `policy.create ${owner.id}`,
    ])
  })

  it('creates one agent when two people approve it at once', async ({ world, owner, calls: { link, at } }) => {
    const other = await world.signUp()
    const token = await link()
    const replies = await Promise.all([owner, other, owner, other].map(user => at('approve', token, user)))
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409])
    const agents = await Promise.all(
      [owner, other].map(({ token: access }) => ok(world.call('GET', '/v1/agents', { token: access }))),
    )
    const made = replies.find(({ status }) => status === 200)?.body.agent.id
    expect(agents.flatMap(({ body }) => body.agents).filter(({ id }: { id: string }) => id === made)).toHaveLength(1)
  })

  it('by mail is decided by the addressee, who can deny it', async ({ world, mail, owner, calls: { enroll, at } }) => {
    const human = await world.signUp()
    const answer = await ok(enroll({ name: 'bot', human_email: ` ${human.email.toUpperCase()}` }))
    expect(answer.body).not.toHaveProperty('approval_url')
    const message = await mail.newest('enrollment', human.email)
    expect(message.text).toContain('/enroll/')
    for (const verb of ['', 'approve', 'deny'] as const) expect((await at(verb, message.token, owner)).status).toBe(404)
    expect((await ok(at('deny', message.token, human))).body).toEqual({ status: 'denied' })
    expect((await ok(at('', message.token, human))).body.status).toBe('denied')
    const late = await at('approve', message.token, human)
    expect([late.status, late.body.detail]).toEqual([409, expect.stringContaining('denied before')])
    expect((await ok(world.call('GET', '/v1/agents', { token: human.token }))).body.agents).toEqual([])
  })

  it('answers the same for an address without an account', async ({ world, mail, calls: { enroll } }) => {
    const known = await ok(enroll({ name: 'bot', human_email: (await world.signUp()).email }))
    const unknown = `${randomUUID()}@example.com`
    const reply = await ok(enroll({ name: 'bot', human_email: unknown }))
    expect({ status: reply.status, body: reply.body }).toEqual({ status: known.status, body: known.body })
    // Both can be asked once in ten minutes, and both get the same reply.
    const [again, sister] = [
      await enroll({ name: 'x', human_email: ` ${unknown.toUpperCase()} ` }),
      await enroll({ name: 'x', human_email: unknown }),
    ]
    expect([again.status, sister.status]).toEqual([429, 429])
    expect(Number(again.headers['retry-after'])).toBeGreaterThan(0)
    expect((await mail.all()).filter(({ to }) => to === unknown || to === '')).toEqual([])
  })

  it('asks one person once, however many ask at the same time', async ({ world, calls: { enroll } }) => {
    const human_email = (await world.signUp()).email
    const replies = await Promise.all(Array.from({ length: 10 }, () => enroll({ name: 'bot', human_email })))
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1)
  })

  it('grants at most what the approver can, and otherwise creates no agent', async ({ world, owner, calls: { link, at } }) => {
    const member = await world.colleague(owner)
    const vault = await world.vault(owner)
    const stranger = await world.signUp()
    const token = await link()
    const grant = { vault_id: vault, secret_path_pattern: '**', permissions: ['read'] }
    expect((await at('approve', token, member, { grant })).status).toBe(403)
    expect((await at('approve', token, stranger, { grant })).status).toBe(404)
    expect((await at('approve', token, owner, { grant: { ...grant, secret_path_pattern: '../x' } })).status).toBe(400)
    expect((await ok(at('', token, owner))).body.status).toBe('pending')
    expect((await at('approve', 'no-such-link', owner)).status).toBe(404)
    const agent = await world.agent(owner)
    expect((await at('approve', token, { token: agent.token })).status).toBe(403)
    expect((await at('approve', token, undefined)).status).toBe(401)
  })

  it('keeps at most a hundred open links, and accepts new ones when those have expired', async () => {
    const crowded = await makeWorld(engine)
    try {
      const person = await crowded.signUp()
      const ask = () => crowded.call('POST', '/v1/agents/enroll', { body: { name: 'bot' } })
      const replies = await Promise.all(Array.from({ length: 110 }, ask))
      const taken = replies.filter(({ status }) => status === 201)
      expect(taken).toHaveLength(100)
      expect(replies.filter(({ status }) => status === 429)).toHaveLength(10)
      const first = taken[0]?.body.approval_url.split('/').at(-1)
      crowded.advance(7 * 24 * 3_600_000 + 1000)
      expect((await ask()).status).toBe(201)
      const again = await ok(
        crowded.call('POST', '/v1/auth/token', { body: { email: person.email, password: 'correct horse battery staple 42' } }),
      )
      const token = again.body.access_token
      expect((await ok(crowded.call('GET', `/v1/agents/enrollments/${first}`, { token }))).body.status).toBe('expired')
      const late = await crowded.call('POST', `/v1/agents/enrollments/${first}/approve`, { token })
      expect([late.status, late.body.detail]).toEqual([410, expect.stringContaining('7 days')])
    } finally {
      await crowded.close()
    }
  })

  it('is limited for an address that asks too often', async ({ world }) => {
    const limits = { ...world.config.limits, publicAuth: { perSecond: 1, burst: 5 } }
    const limited = await makeWorld(engine, { limits })
    try {
      const replies = await Promise.all(
        Array.from({ length: 8 }, () => limited.call('POST', '/v1/agents/enroll', { body: { name: 'bot' } })),
      )
      expect(replies.filter(({ status }) => status === 201)).toHaveLength(5)
      expect(replies.filter(({ status }) => status === 429)).toHaveLength(3)
    } finally {
      await limited.close()
    }
  })
})

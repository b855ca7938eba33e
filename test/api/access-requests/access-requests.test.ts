import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { allEvents } from '../../support/rows.ts'
import { ok, PASSWORD, type TestAgent, type TestUser } from '../../support/world.ts'

const DAY = 86_400

describe.each(onEngines(testsOn))('a request for access, on $engine', ({ it: base }) => {
  let owner: TestUser
  let vaultId: string
  const it = base.extend('calls', ({ world }) => {
    const ask = (who: Who, more: object = {}) =>
      world.call('POST', `/v1/vaults/${vaultId}/access-requests`, {
        token: who.token,
        body: { secret_path_pattern: 'stripe/key', reason: 'to look at a refund', duration_seconds: DAY, ...more },
      })
    const asked = async (who: Who, more: object = {}): Promise<string> => (await ok(ask(who, more))).body.id
    const on = (id: string, what: string, who: Who, body: object = {}) =>
      world.call('POST', `/v1/access-requests/${id}/${what}`, { token: who.token, body })
    const get = (id: string, who: Who) => world.call('GET', `/v1/access-requests/${id}`, { token: who.token })
    const read = async (who: Who, path = 'stripe/key') =>
      (await world.call('GET', `/v1/vaults/${vaultId}/secrets/${path}`, { token: who.token })).status
    const list = async (who: Who, query = '') =>
      (await ok(world.call('GET', `/v1/access-requests${query}`, { token: who.token }))).body.requests
    const inbox = async (who: Who) => (await ok(world.call('GET', '/v1/inbox', { token: who.token }))).body
    const changePassword = (who: Who) =>
      ok(
        world.call('POST', '/v1/auth/change-password', {
          token: who.token,
          body: { current_password: PASSWORD, new_password: 'purple monkey dishwasher 99' },
        }),
      )
    return { ask, asked, on, get, read, list, inbox, changePassword }
  })
  it.beforeAll(async ({ world }) => {
    const person = await world.signUp()
    // A key, because the clock is moved past the end of every token.
    const made = await ok(world.call('POST', '/v1/auth/api-keys', { token: person.token, body: { name: 'test' } }))
    owner = { ...person, token: made.body.api_key }
    vaultId = await world.vault(owner, 'production')
    await world.put(owner, vaultId, 'stripe/key', 'sk_live')
  })

  type Who = Pick<TestUser | TestAgent, 'token'>

  it('leads from a refusal to a read with one approval, and to a refusal again when its time is over', async ({
    world,
    calls: { asked, on, get, read },
  }) => {
    const agent = await world.agent(owner)
    expect(await read(agent)).toBe(403)
    const id = await asked(agent, { duration_seconds: 3600 })
    expect((await get(id, agent)).body).toMatchObject({ status: 'pending', vault_name: 'production', can_decide: false })
    const { body } = await ok(on(id, 'approve', owner))
    expect(body).toMatchObject({ status: 'approved', decided_by: owner.id, can_decide: false })
    expect((await get(id, agent)).body).toMatchObject({ status: 'approved', access_expires_at: body.access_expires_at })
    expect(await read(agent)).toBe(200)
    world.advance(3_601_000)
    // The agent’s token has expired as well; its key has not.
    expect(await read({ token: agent.key })).toBe(403)
  })

  it('leaves its events: who asked, who approved, and the policy', async ({ world, calls: { asked, on } }) => {
    const agent = await world.agent(owner)
    const id = await asked(agent)
    await ok(on(id, 'approve', owner))
    const events = (await allEvents(world)).filter(({ resource_id, action }) => resource_id === id || action === 'policy.create')
    expect(events.slice(-3).map(({ action, actor_id }) => [action, actor_id])).toEqual([
      ['access.request', agent.id],
      ['policy.create', owner.id],
      ['access.approve', owner.id],
    ])
  })

  it('is visible only to its requester and to people who can grant it', async ({
    world,
    calls: { asked, on, get, list, inbox },
  }) => {
    const [member, other] = [await world.colleague(owner), await world.colleague(owner)]
    const id = await asked(member)
    expect((await list(owner)).map((one: { id: string }) => one.id)).toContain(id)
    expect((await inbox(owner)).access_requests.find((one: { id: string }) => one.id === id)).toMatchObject({
      requester_name: member.email,
      reason: 'to look at a refund',
      can_decide: true,
    })
    expect(await list(member)).toMatchObject([{ id, can_decide: false }])
    expect((await inbox(member)).count).toBe(0)
    expect(await list(other)).toEqual([])
    expect((await get(id, other)).status).toBe(403)
    expect((await on(id, 'approve', other)).status).toBe(403)
    expect((await on(id, 'decline', other)).status).toBe(403)
    await ok(on(id, 'decline', owner, { note: 'ask the other team' }))
    expect((await get(id, member)).body).toMatchObject({ status: 'declined', note: 'ask the other team' })
    expect(await list(member)).toEqual([])
    expect((await list(member, '?status=all')).map((one: { id: string }) => one.id)).toEqual([id])
  })

  it('is decided once', async ({ world, calls: { asked, on } }) => {
    const id = await asked(await world.agent(owner))
    const replies = await Promise.all([on(id, 'approve', owner), on(id, 'decline', owner), on(id, 'approve', owner)])
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 409, 409])
  })

  it('is not approved by its requester, owner or not', async ({ world, calls: { asked, on, read, inbox } }) => {
    const admin = await world.colleague(owner, 'admin')
    const id = await asked(admin)
    expect((await on(id, 'approve', admin)).status).toBe(403)
    expect((await inbox(admin)).access_requests.map((one: { id: string }) => one.id)).not.toContain(id)
    await ok(on(id, 'approve', owner))
    expect(await read(admin)).toBe(200)
  })

  it('grants at most what its approver can: a delegate approves within their own pattern, conditions and end', async ({
    world,
    calls: { asked, on, read },
  }) => {
    const delegate = await world.colleague(owner)
    const end = new Date(Date.now() + 20 * DAY * 1000).toISOString()
    const terms = { conditions: { ip_allowlist: ['10.0.0.0/8'] }, expires_at: end }
    await ok(
      world.call('POST', `/v1/vaults/${vaultId}/policies`, {
        token: owner.token,
        body: {
          ...{ principal_type: 'user', principal_id: delegate.id, secret_path_pattern: 'stripe/*', permissions: ['admin'] },
          ...terms,
        },
      }),
    )
    const within = { ip: '10.1.2.3' }
    const decideFrom = (id: string, what: string) =>
      world.call('POST', `/v1/access-requests/${id}/${what}`, { token: delegate.token, body: {}, ...within })
    const agent = await world.agent(owner)
    const outside = await asked(agent, { secret_path_pattern: 'db/**' })
    expect((await decideFrom(outside, 'approve')).status).toBe(403)
    const id = await asked(agent, { duration_seconds: 90 * DAY })
    expect((await on(id, 'approve', delegate)).status).toBe(403)
    const { body } = await ok(decideFrom(id, 'approve'))
    expect(body.access_expires_at).toBe(end)
    expect(await read(agent)).toBe(403)
    const inside = await world.call('GET', `/v1/vaults/${vaultId}/secrets/stripe/key`, { token: agent.token, ...within })
    expect(inside.status).toBe(200)
  })

  it('cannot ask for the right to grant access', async ({ world, calls: { ask } }) => {
    expect((await ask(await world.agent(owner), { permissions: ['admin'] })).status).toBe(400)
  })

  it('stays one request however often it is sent, and can be sent again an hour after it was declined', async ({
    world,
    calls: { ask, on },
  }) => {
    const agent = await world.agent(owner)
    const [first, second] = [await ask(agent), await ask(agent, { reason: 'please' })]
    expect([first.status, second.status]).toEqual([201, 200])
    expect(second.body.id).toBe(first.body.id)
    await ok(on(first.body.id, 'decline', owner))
    expect((await ask(agent)).status).toBe(409)
    world.advance(3_600_001)
    expect((await ask({ token: agent.key })).status).toBe(201)
  })

  it('is limited to twenty open requests for each principal', async ({ world, calls: { ask, asked } }) => {
    const { key: token } = await world.agent(owner)
    for (let number = 0; number < 20; number++) await asked({ token }, { secret_path_pattern: `stripe/${number}` })
    const more = await ask({ token }, { secret_path_pattern: 'stripe/20' })
    expect(more.status).toBe(429)
    expect(more.headers['retry-after']).toBeDefined()
  })

  it('is refused where access exists, and outside the bounds of the credential', async ({ world, calls: { ask } }) => {
    expect((await ask(owner)).status).toBe(409)
    const bounded = await world.agent(owner, { scopes: ['db/**'] })
    expect((await ask(bounded)).status).toBe(403)
  })

  it('is withdrawn only by its requester', async ({ world, calls: { asked, on } }) => {
    const agent = await world.agent(owner)
    const id = await asked(agent)
    const withdraw = (who: Who) => world.call('DELETE', `/v1/access-requests/${id}`, { token: who.token })
    expect((await withdraw(owner)).status).toBe(403)
    expect((await withdraw(agent)).status).toBe(204)
    expect((await on(id, 'approve', owner)).status).toBe(409)
  })

  it('expires after seven days', async ({ world, calls: { asked, on, get } }) => {
    const { key: token } = await world.agent(owner)
    const id = await asked({ token })
    world.advance(7 * DAY * 1000 + 1)
    expect((await on(id, 'approve', owner)).status).toBe(410)
    expect((await get(id, { token })).body.status).toBe('expired')
  })

  it('ends with the sign-in that made it', async ({ world, calls: { asked, on, changePassword } }) => {
    const person = await world.colleague(owner)
    const id = await asked(person)
    await changePassword(person)
    expect((await on(id, 'approve', owner)).status).toBe(410)
    const agent = await world.agent(owner)
    const of = await asked(agent)
    await ok(world.call('POST', `/v1/agents/${agent.id}/rotate-key`, { token: owner.token, body: {} }))
    expect((await on(of, 'approve', owner)).status).toBe(410)
  })

  it('ends after approval when the approver changes the password or loses rights', async ({
    world,
    calls: { asked, on, read, changePassword },
  }) => {
    const [changed, demoted] = [await world.colleague(owner, 'admin'), await world.colleague(owner, 'admin')]
    const agents = [await world.agent(owner), await world.agent(owner)] as const
    await ok(on(await asked(agents[0]), 'approve', changed))
    await ok(on(await asked(agents[1]), 'approve', demoted))
    expect([await read(agents[0]), await read(agents[1])]).toEqual([200, 200])
    await changePassword(changed)
    await ok(world.call('PATCH', `/v1/org/members/${demoted.id}`, { token: owner.token, body: { role: 'member' } }))
    expect([await read(agents[0]), await read(agents[1])]).toEqual([403, 403])
  })

  it('is listed with the agents and terminals that wait for approval by the same person', async ({ world, calls: { inbox } }) => {
    await ok(world.call('POST', '/v1/agents/enroll', { body: { name: 'newcomer', human_email: owner.email } }))
    const code = await ok(world.call('POST', '/v1/auth/device/code', { body: { client_id: 'laptop', email: owner.email } }))
    const { enrollments, device_logins, access_requests, count } = await inbox(owner)
    expect(device_logins).toMatchObject([{ client_id: 'laptop', user_code: code.body.user_code }])
    expect(enrollments).toMatchObject([{ name: 'newcomer' }])
    expect(count).toBe(2 + access_requests.length)
    const stranger = await world.signUp()
    const approve = (who: Who) =>
      world.call('POST', `/v1/agents/enrollments/${enrollments[0].id}/approve`, { token: who.token, body: {} })
    expect((await approve(stranger)).status).toBe(404)
    expect((await ok(approve(owner))).body.agent.name).toBe('newcomer')
    expect((await inbox(owner)).enrollments).toEqual([])
  })
  it('is listed with the policies that end within 14 days, for people who can extend them', async ({
    world,
    calls: { inbox },
  }) => {
    const agent = await world.agent(owner)
    const member = await world.colleague(owner)
    const own = await world.vault(member, 'mine')
    const [vaultToo, other] = [await world.vault(owner), await world.colleague(owner)]
    const inDays = (days: number) => new Date(world.now() + days * DAY * 1000).toISOString()
    const policy = (who: Pick<TestUser, 'token'>, vault: string, pattern: string, days?: number) =>
      world.policy(who as TestUser, vault, agent, pattern, ['read'], days === undefined ? {} : { expires_at: inDays(days) })
    const [later, soon] = [await policy(owner, vaultToo, 'b', 13), await policy(owner, vaultToo, 'a', 2)]
    const theirs = await policy(member, own, 'c', 5)
    await policy(owner, vaultToo, 'd', 15)
    await policy(owner, vaultToo, 'e')
    const ending = async (who: Who): Promise<{ policy_id: string; vault_id: string }[]> => (await inbox(who)).policies_ending
    const ids = async (who: Who) =>
      (await ending(who)).filter(each => [vaultToo, own].includes(each.vault_id)).map(each => each.policy_id)
    expect(await ids(owner)).toEqual([soon, theirs, later])
    expect(await ids(member)).toEqual([theirs])
    expect(await ids(other)).toEqual([])
    expect((await ending(member))[0]).toEqual({
      ...{ policy_id: theirs, vault_id: own, vault_name: 'mine', secret_path_pattern: 'c', permissions: ['read'] },
      ...{ principal_type: 'agent', principal_id: agent.id, expires_at: expect.any(String) },
    })
    await ok(world.call('DELETE', `/v1/vaults/${own}`, { token: member.token }))
    expect(await ids(owner)).toEqual([soon, later])
    world.advance(3 * DAY * 1000)
    expect((await ids({ token: owner.token })).slice(0, 1)).toEqual([later])
  })
})

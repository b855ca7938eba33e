import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ENGINES } from '../../support/databases.ts'
import { emptyTestsOn, onEngines, testsOn } from '../../support/fixtures.ts'
import { mailbox } from '../../support/mailbox.ts'
import { allEvents } from '../../support/rows.ts'
import { makeWorld, ok, PASSWORD, type TestUser, type World } from '../../support/world.ts'

const address = () => `${randomUUID()}@example.com`

/** Requests about invitations. */
function asking(world: World) {
  const call = (method: 'GET' | 'POST', path: string, token?: string, body?: object) =>
    world.call(method, path, { ...(token && { token }), ...(body && { body }) })
  return {
    async invite(by: TestUser, email: string, role?: string): Promise<string> {
      return (await ok(call('POST', '/v1/org/invite', by.token, { email, include: 'delivery', ...(role && { role }) }))).body.id
    },
    link: (by: TestUser, id: string) => call('POST', `/v1/org/invite/${id}/link`, by.token),
    async tokenOfLink(by: TestUser, id: string): Promise<string> {
      const { body } = await ok(call('POST', `/v1/org/invite/${id}/link`, by.token))
      return body.url.split('/invite/')[1]
    },
    show: (token: string) => call('GET', `/v1/org/invitations/${token}`),
    accept: (who: { token: string }, token: string) => call('POST', `/v1/org/invitations/${token}/accept`, who.token),
    signUp: (email: string, invite_token: string, more: object = {}) =>
      call('POST', '/v1/auth/signup', undefined, { email, password: PASSWORD, invite_token, ...more }),
    me: async (token: string) => (await ok(call('GET', '/v1/auth/me', token))).body,
  }
}

const engines = onEngines(engine =>
  testsOn(engine).extend('scene', { scope: 'file', auto: true }, async ({ world }) => {
    const ask = asking(world)
    return { ask }
  }),
)

describe.each(engines)('an invitation link to pass on, where addresses are not confirmed, on $engine', ({ it }) => {
  it('makes a member of the person who signs up with it, and proves no address', async ({ world, owner, scene: { ask } }) => {
    const email = address()
    const id = await ask.invite(owner, email)
    const { body: link } = await ok(ask.link(owner, id))
    expect(link).toMatchObject({ email, url: expect.stringMatching(/^http:\/\/1claw\.test\/invite\/[\w-]{43}$/) })
    const token = link.url.split('/invite/')[1]
    expect((await ok(ask.show(token))).body).toMatchObject({ email, proves_address: false })
    expect((await ask.signUp(address(), token)).body.fields).toHaveProperty('email')
    const { body } = await ok(ask.signUp(email, token))
    const made = await ask.me(body.access_token)
    expect(made).toMatchObject({ org_id: owner.orgId, role: 'member', email_verified: false })
    expect((await ask.show(token)).status).toBe(404)
    const signup = (await allEvents(world)).find(event => event.action === 'auth.signup' && event.actor_id === made.id)
    expect(signup?.details).toMatchObject({ invited_by: owner.id, by: 'link' })
  })

  it('lets the account of the address join, and does not confirm it', async ({ world, owner, scene: { ask } }) => {
    const guest = await world.signUp()
    const token = await ask.tokenOfLink(owner, await ask.invite(owner, guest.email, 'admin'))
    expect((await ask.accept(await world.signUp(), token)).status).toBe(403)
    await ok(ask.accept(guest, token))
    expect(await ask.me(guest.token)).toMatchObject({ email_verified: false })
    expect((await ask.accept(guest, token)).status).toBe(404)
    const joined = (await allEvents(world)).filter(event => event.action === 'org.member_join' && event.actor_id === guest.id)
    expect(joined.map(({ details }) => details)).toContainEqual(expect.objectContaining({ role: 'admin', by: 'link' }))
  })

  it('does not take over an account, as the mailed link does', async ({ world, owner, scene: { ask } }) => {
    const squatter = await world.signUp()
    const token = await ask.tokenOfLink(owner, await ask.invite(owner, squatter.email))
    expect((await ask.signUp(squatter.email, token)).status).toBe(409)
    expect(await ask.me(squatter.token)).toMatchObject({ id: squatter.id, org_id: squatter.orgId })
    const mailed = await mailbox(world.dataDir).newest('invitation', squatter.email)
    expect((await ok(ask.show(mailed.token))).body.proves_address).toBe(true)
    const { body } = await ok(ask.signUp(squatter.email, mailed.token))
    expect(await ask.me(body.access_token)).toMatchObject({ org_id: owner.orgId, email_verified: true })
  })

  it('is replaced by the next, and ends with the invitation and with the rights of its creator', async ({
    world,
    owner,
    scene: { ask },
  }) => {
    const admin = await world.colleague(owner, 'admin')
    const email = address()
    const id = await ask.invite(owner, email)
    const first = await ask.tokenOfLink(owner, id)
    const second = await ask.tokenOfLink(admin, id)
    expect((await ask.show(first)).status).toBe(404)
    expect((await ask.show(second)).status).toBe(200)
    await ok(world.call('DELETE', `/v1/org/members/${admin.id}`, { token: owner.token }))
    expect((await ask.show(second)).status).toBe(404)

    const again = await ask.invite(owner, email)
    const third = await ask.tokenOfLink(owner, again)
    await ok(world.call('DELETE', `/v1/org/invite/${again}`, { token: owner.token }))
    expect((await ask.signUp(email, third)).status).toBe(400)
    expect((await ask.link(owner, again)).status).toBe(404)
  })

  it('is created by owners and admins, and for an owner’s invitation only by owners', async ({
    world,
    owner,
    scene: { ask },
  }) => {
    const admin = await world.colleague(owner, 'admin')
    const member = await world.colleague(owner)
    const id = await ask.invite(owner, address(), 'owner')
    expect((await ask.link(member, id)).status).toBe(403)
    expect((await ask.link(admin, id)).status).toBe(403)
    expect((await ask.link(await world.signUp(), id)).status).toBe(404)
    expect((await ask.link(owner, id)).status).toBe(200)
  })
})

const confirming = onEngines(engine =>
  emptyTestsOn(engine, { emailVerification: true, signup: 'invite' })
    .extend(
      'confirm',
      { scope: 'file' },
      ({ world }) =>
        (token: string) =>
          world.call('POST', '/v1/auth/verify-email', { body: { token } }),
    )
    .extend('scene', { scope: 'file', auto: true }, async ({ world, confirm }) => {
      const ask = asking(world)
      const email = address()
      await ok(world.call('POST', '/v1/auth/signup', { body: { email, password: PASSWORD, org_name: 'Looms' } }))
      const { body } = await ok(confirm((await mailbox(world.dataDir).newest('verification', email)).token))
      const { id, org_id } = await ask.me(body.access_token)
      const owner: TestUser = { email, token: body.access_token, id, orgId: org_id }
      return { ask, owner }
    }),
)

describe.each(confirming)('an invitation link to pass on, where addresses are confirmed, on $engine', ({ it }) => {
  it('has the address confirmed by mail before it makes a member', async ({ world, confirm, scene: { ask, owner } }) => {
    const email = address()
    const token = await ask.tokenOfLink(owner, await ask.invite(owner, email))
    expect((await ok(ask.show(token))).body.org_name).toBe('Looms')
    const waiting = await ok(ask.signUp(email, token))
    expect(waiting.body).toEqual({ message: expect.any(String), email })
    const { body: members } = await ok(world.call('GET', '/v1/org/members', { token: owner.token }))
    expect(members.members).toHaveLength(1)
    const { body } = await ok(confirm((await mailbox(world.dataDir).newest('verification', email)).token))
    expect(await ask.me(body.access_token)).toMatchObject({ org_id: owner.orgId, role: 'member', email_verified: true })
    expect((await ask.show(token)).status).toBe(404)
  })

  it('admits to an invitation-only server only while the invitation is open', async ({
    world,
    confirm,
    scene: { ask, owner },
  }) => {
    const email = address()
    const id = await ask.invite(owner, email)
    await ok(ask.signUp(email, await ask.tokenOfLink(owner, id)))
    const { token } = await mailbox(world.dataDir).newest('verification', email)
    await ok(world.call('DELETE', `/v1/org/invite/${id}`, { token: owner.token }))
    expect((await confirm(token)).status).toBe(403)
  })

  it('denies an account whose address was never confirmed', async ({ world, scene: { ask, owner } }) => {
    const email = address()
    const id = await ask.invite(owner, email)
    const token = await ask.tokenOfLink(owner, id)
    const { token: mailed } = await mailbox(world.dataDir).newest('invitation', email)
    const { body } = await ok(ask.signUp(email, mailed))
    const guest = await ask.me(body.access_token)
    await world.server.database.run(({ accounts }) => accounts.update(guest.id, { email_verified: false }))
    await ok(world.call('DELETE', `/v1/org/members/${guest.id}`, { token: owner.token }))
    expect((await ask.show(token)).status).toBe(404)
    const again = await ask.tokenOfLink(owner, await ask.invite(owner, email))
    const login = await ok(world.call('POST', '/v1/auth/token', { body: { email, password: PASSWORD } }))
    const refused = await ask.accept({ token: login.body.access_token }, again)
    expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining('Follow the mailed invitation')])
    await world.server.services.log.drain()
    const denied = (await allEvents(world)).filter(({ details }) => String(details['rule']).startsWith('proven'))
    expect(denied.map(({ details }) => details['rule'])).toEqual(['proven-address'])
  })
})

describe.each(ENGINES)('signing up on %s', engine => {
  it('names the new organisation as asked, or else after the person', async () => {
    const world = await makeWorld(engine)
    const nameOf = async (more: object) => {
      const { body } = await ok(
        world.call('POST', '/v1/auth/signup', { body: { email: address(), password: PASSWORD, ...more } }),
      )
      return (await ok(world.call('GET', '/v1/orgs', { token: body.access_token }))).body.orgs[0].name
    }
    expect(await nameOf({ display_name: 'Ada', org_name: ' Looms & Co ' })).toBe('Looms & Co')
    expect(await nameOf({ display_name: 'Ada' })).toBe('Ada')
    await world.close()
  })
})

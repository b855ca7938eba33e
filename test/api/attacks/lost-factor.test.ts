import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ENGINES } from '../../support/databases.ts'
import { mailbox } from '../../support/mailbox.ts'
import { makeWorld, ok, PASSWORD, type TestUser, type World } from '../../support/world.ts'

describe.each(ENGINES)('a lost second factor, on %s', engine => {
  let world: World
  let owner: TestUser
  let admin: TestUser
  let person: TestUser
  beforeAll(async () => {
    world = await makeWorld(engine)
  })
  beforeEach(async () => {
    owner = await world.signUp()
    admin = await world.colleague(owner, 'admin')
    person = await withFactor(await world.colleague(owner))
  })
  afterAll(() => world?.close())

  async function withFactor(user: TestUser): Promise<TestUser> {
    const { body } = await ok(world.call('POST', '/v1/auth/mfa/setup', { token: user.token }))
    const code = TOTP.generate({ secret: Secret.fromBase32(body.secret) })
    await ok(world.call('POST', '/v1/auth/mfa/verify-setup', { token: user.token, body: { code } }))
    return user
  }
  const ask = (by: TestUser, about = person) => world.call('POST', `/v1/org/members/${about.id}/reset-mfa`, { token: by.token })
  const linkTo = async (user: TestUser) => (await mailbox(world.dataDir).newest('mfa-reset', user.email)).token
  const consent = (token: string) => world.call('POST', '/v1/auth/mfa/reset', { body: { token } })
  const signIn = async ({ email }: TestUser) =>
    (await world.call('POST', '/v1/auth/token', { body: { email, password: PASSWORD } })).body
  const actionsOf = async () => {
    const { body } = await ok(world.call('GET', `/v1/audit/events?resource_id=${person.id}`, { token: owner.token }))
    return body.events.map(({ action, details }: { action: string; details: { outcome?: string } }) =>
      details.outcome ? `${action} ${details.outcome}` : action,
    )
  }

  it('is turned off when an admin asks and the person consents; every session of theirs ends', async () => {
    expect(await signIn(person)).toHaveProperty('mfa_required', true)
    expect((await ask(admin)).status).toBe(202)
    expect(await signIn(person)).toHaveProperty('mfa_required', true)
    const token = await linkTo(person)
    expect((await consent(token)).status).toBe(204)
    expect((await world.call('GET', '/v1/auth/me', { token: person.token })).status).toBe(401)
    expect(await signIn(person)).not.toHaveProperty('mfa_required')
    await mailbox(world.dataDir).newest('mfa-changed', person.email, 2)
    expect(await actionsOf()).toEqual(expect.arrayContaining(['org.reset_mfa', 'auth.mfa_reset']))
    expect((await consent(token)).status).toBe(400)
  })

  it('is asked for by owners and admins, and of an owner by an owner', async () => {
    expect((await ask(await world.colleague(owner))).status).toBe(403)
    const stranger = await world.signUp()
    expect((await ask(stranger)).status).toBe(404)
    const second = await withFactor(await world.colleague(owner, 'owner'))
    expect((await ask(admin, second)).status).toBe(403)
    expect((await ask(owner, second)).status).toBe(202)
    expect((await ask(owner, admin)).status).toBe(409)
  })

  it.each([
    ['the person has changed the password', () => ended(person)],
    ['who asked has changed the password', () => ended(admin)],
    ['who asked was removed', () => ok(world.call('DELETE', `/v1/org/members/${admin.id}`, { token: owner.token }))],
    ['who asked has less to say', () => setRole(admin, 'member')],
    ['the person was removed', () => ok(world.call('DELETE', `/v1/org/members/${person.id}`, { token: owner.token }))],
    ['the person has become an owner', () => setRole(person, 'owner')],
    ['there is a newer link', async () => ok(ask(owner))],
    ['a day has passed', async () => world.advance(24 * 3_600_000 + 1)],
  ])('stays when %s', async (_, happen) => {
    await ok(ask(admin))
    const token = await linkTo(person)
    await happen()
    expect((await consent(token)).status).toBe(400)
    const user = await world.server.database.read(({ accounts }) => accounts.userById(person.id))
    expect(user?.totp_enabled).toBe(true)
  })

  async function ended(user: TestUser): Promise<unknown> {
    const body = { current_password: PASSWORD, new_password: 'another staple for the horse 7' }
    return ok(world.call('POST', '/v1/auth/change-password', { token: user.token, body }))
  }
  const setRole = (user: TestUser, role: string) =>
    ok(world.call('PATCH', `/v1/org/members/${user.id}`, { token: owner.token, body: { role } }))
})

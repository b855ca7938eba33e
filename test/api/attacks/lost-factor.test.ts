import { Secret, TOTP } from 'otpauth'
import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { mailbox } from '../../support/mailbox.ts'
import { ok, PASSWORD, type TestUser, type World } from '../../support/world.ts'

/** A new organisation for each test, with a member who has a second factor. */
interface Scene {
  readonly world: World
  readonly owner: TestUser
  readonly admin: TestUser
  readonly person: TestUser
}

async function withFactor(world: World, user: TestUser): Promise<TestUser> {
  const { body } = await ok(world.call('POST', '/v1/auth/mfa/setup', { token: user.token }))
  const code = TOTP.generate({ secret: Secret.fromBase32(body.secret) })
  await ok(world.call('POST', '/v1/auth/mfa/verify-setup', { token: user.token, body: { code } }))
  return user
}

const ended = ({ world }: Scene, user: TestUser): Promise<unknown> => {
  const body = { current_password: PASSWORD, new_password: 'another staple for the horse 7' }
  return ok(world.call('POST', '/v1/auth/change-password', { token: user.token, body }))
}
const setRole = ({ world, owner }: Scene, user: TestUser, role: string) =>
  ok(world.call('PATCH', `/v1/org/members/${user.id}`, { token: owner.token, body: { role } }))
const remove = ({ world, owner }: Scene, user: TestUser) =>
  ok(world.call('DELETE', `/v1/org/members/${user.id}`, { token: owner.token }))
const askIn = ({ world }: Scene, by: TestUser, about: TestUser) =>
  world.call('POST', `/v1/org/members/${about.id}/reset-mfa`, { token: by.token })

const engines = onEngines(engine =>
  testsOn(engine)
    .extend('scene', async ({ world }): Promise<Scene> => {
      const owner = await world.signUp()
      const admin = await world.colleague(owner, 'admin')
      const person = await withFactor(world, await world.colleague(owner))
      return { world, owner, admin, person }
    })
    .extend('calls', ({ scene }) => {
      const { world, owner, person } = scene
      const ask = (by: TestUser, about = person) => askIn(scene, by, about)
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
      return { ask, linkTo, consent, signIn, actionsOf }
    }),
)

describe.each(engines)('a lost second factor, on $engine', ({ it }) => {
  it('is turned off when an admin asks and the person consents; every session of theirs ends', async ({
    world,
    scene: { admin, person },
    calls: { ask, linkTo, consent, signIn, actionsOf },
  }) => {
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

  it('is reset by owners and admins, and that of an owner only by an owner', async ({
    world,
    scene: { owner, admin },
    calls: { ask },
  }) => {
    expect((await ask(await world.colleague(owner))).status).toBe(403)
    const stranger = await world.signUp()
    expect((await ask(stranger)).status).toBe(404)
    const second = await withFactor(world, await world.colleague(owner, 'owner'))
    expect((await ask(admin, second)).status).toBe(403)
    expect((await ask(owner, second)).status).toBe(202)
    expect((await ask(owner, admin)).status).toBe(409)
  })

  it.for<[string, (scene: Scene) => Promise<unknown> | unknown]>([
    ['the person has changed the password', scene => ended(scene, scene.person)],
    ['who asked has changed the password', scene => ended(scene, scene.admin)],
    ['who asked was removed', scene => remove(scene, scene.admin)],
    ['who asked has less to say', scene => setRole(scene, scene.admin, 'member')],
    ['the person was removed', scene => remove(scene, scene.person)],
    ['the person has become an owner', scene => setRole(scene, scene.person, 'owner')],
    ['there is a newer link', scene => ok(askIn(scene, scene.owner, scene.person))],
    ['a day has passed', ({ world }) => world.advance(24 * 3_600_000 + 1)],
  ])('stays when %s', async ([_, happen], { world, scene, calls: { ask, linkTo, consent } }) => {
    const { admin, person } = scene
    await ok(ask(admin))
    const token = await linkTo(person)
    await happen(scene)
    expect((await consent(token)).status).toBe(400)
    const user = await world.server.database.read(({ accounts }) => accounts.userById(person.id))
    expect(user?.totp_enabled).toBe(true)
  })
})

import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { keptSession, OWN_PAGE, renew, sessionOf } from '../../support/kept-session.ts'
import { mailbox } from '../../support/mailbox.ts'
import { ok, PASSWORD, type TestUser } from '../../support/world.ts'

const NEW_PASSWORD = 'purple monkey dishwasher 99'
const QUARTER_MS = 15 * 60_000

const engines = onEngines(engine =>
  testsOn(engine)
    .extend('mail', { scope: 'file', auto: true }, ({ world }) => mailbox(world.dataDir))
    .extend('calls', ({ world }) => {
      const post = (url: string, body: object, token?: string) => world.call('POST', url, { body, token })
      const status = async (token: string) => (await world.call('GET', '/v1/auth/me', { token })).status
      const changePassword = ({ token }: { token: string }) =>
        ok(post('/v1/auth/change-password', { current_password: PASSWORD, new_password: NEW_PASSWORD }, token))
      const signIn = async ({ email }: { email: string }, password = PASSWORD): Promise<string> =>
        (await ok(post('/v1/auth/token', { email, password }))).body.access_token
      const begin = async () => (await ok(post('/v1/auth/device/code', { client_id: 'cli' }))).body
      const approve = (user_code: string, token: string, more: object = {}) =>
        post('/v1/auth/device/approve', { user_code, ...more }, token)
      const poll = async (device_code: string) =>
        (await ok(post('/v1/auth/device/token', { device_code, grant_type: 'device_code' }))).body
      const keep = (token: string) => world.call('POST', '/v1/auth/console-session', { token, headers: OWN_PAGE })
      /** The person's own token from a sign-in long ago. */
      const oldToken = ({ id, orgId }: TestUser) =>
        world.server.services.sessions
          .forUser({ userId: id, orgId, generation: 0, signedInAt: Date.now() - QUARTER_MS - 1000 })
          .then(({ access_token }) => access_token)
      const approved = async (token: string) => {
        const code = await begin()
        await ok(approve(code.user_code, token))
        return code.device_code as string
      }
      return { post, status, changePassword, signIn, begin, approve, poll, keep, oldToken, approved }
    }),
)

describe.each(engines)('a grant that is redeemed later, on $engine', ({ it }) => {
  describe('the approval of a device login', () => {
    it('is void once the token that gave it is revoked', async ({ world, calls: { approved, poll } }) => {
      const user = await world.signUp()
      const code = await approved(user.token)
      await ok(world.call('DELETE', '/v1/auth/token', { token: user.token }))
      expect(await poll(code)).toEqual({ error: 'expired_token' })
    })

    it('is void once the session that gave it has ended', async ({ world, calls: { approved, signIn, poll } }) => {
      const user = await world.signUp()
      const { token } = await keptSession(world, user)
      const code = await approved(token)
      const ended = `/v1/auth/console-sessions/${await sessionOf(world, token)}`
      await ok(world.call('DELETE', ended, { token: await signIn(user) }))
      expect(await poll(code)).toEqual({ error: 'expired_token' })
    })

    it('cannot be given with the token of a device login', async ({
      world,
      calls: { poll, approved, begin, approve, post, keep },
    }) => {
      const user = await world.signUp()
      const { access_token } = await poll(await approved(user.token))
      const { user_code } = await begin()
      expect((await approve(user_code, access_token)).status).toBe(403)
      expect((await approve(user_code, access_token, { password: PASSWORD })).status).toBe(403)
      const { body } = await ok(post('/v1/auth/switch-org', { org_id: user.orgId }, access_token))
      expect((await approve(user_code, body.access_token)).status).toBe(403)
      expect((await keep(access_token)).status).toBe(403)
    })

    it('needs a recent sign-in or the password', async ({ world, calls: { oldToken, begin, approve, poll } }) => {
      const user = await world.signUp()
      const token = await oldToken(user)
      const { user_code, device_code } = await begin()
      expect((await approve(user_code, token)).status).toBe(403)
      expect((await approve(user_code, token, { password: 'not the password' })).body.fields).toHaveProperty('password')
      await ok(approve(user_code, token, { password: PASSWORD }))
      expect(await poll(device_code)).toHaveProperty('access_token')
    })
  })

  it('a link to set a new password ends when the password is changed in another way', async ({
    world,
    mail,
    calls: { post, changePassword, status, signIn },
  }) => {
    const user = await world.signUp()
    await ok(post('/v1/auth/forgot-password', { email: user.email }))
    const { token } = await mail.newest('password-reset', user.email)
    await changePassword(user)
    const late = await post('/v1/auth/reset-password', { token, new_password: 'another monkey dishwasher 77' })
    expect(late.status).toBe(400)
    expect(await status(await signIn(user, NEW_PASSWORD))).toBe(200)
  })

  it('an API key ends with a change of the password', async ({ world, calls: { post, status, changePassword, signIn } }) => {
    const user = await world.signUp()
    const { api_key } = (await ok(post('/v1/auth/api-keys', { name: 'copied' }, user.token))).body
    const exchanged = (await ok(post('/v1/auth/api-key-token', { api_key }))).body.access_token
    expect([await status(api_key), await status(exchanged)]).toEqual([200, 200])
    await changePassword(user)
    expect([await status(api_key), await status(exchanged)]).toEqual([401, 401])
    expect((await post('/v1/auth/api-key-token', { api_key })).status).toBe(401)
    const { keys } = (await ok(world.call('GET', '/v1/auth/api-keys', { token: await signIn(user, NEW_PASSWORD) }))).body
    expect(keys).toMatchObject([{ name: 'copied', is_active: false }])
  })

  it('an invitation ends with a change of the inviter’s password', async ({
    world,
    mail,
    calls: { post, changePassword, signIn },
  }) => {
    const [owner, guest] = [await world.signUp(), await world.signUp()]
    await ok(post('/v1/org/invite', { email: guest.email, role: 'owner' }, owner.token))
    const { token } = await mail.newest('invitation', guest.email)
    await changePassword(owner)
    expect((await world.call('GET', `/v1/org/invitations/${token}`)).status).toBe(404)
    expect((await post(`/v1/org/invitations/${token}/accept`, {}, guest.token)).status).toBe(404)
    const listed = await ok(world.call('GET', '/v1/org/invitations', { token: await signIn(owner, NEW_PASSWORD) }))
    expect(listed.body.invitations).toEqual([])
  })

  it('a share ends with its secret, and does not return with another secret at the same path', async ({
    world,
    calls: { post },
  }) => {
    const owner = await world.signUp()
    const vaultId = await world.vault(owner)
    const { body } = await world.put(owner, vaultId, 'shared', 'old')
    const terms = { recipient_type: 'anyone_with_link', expires_at: new Date(Date.now() + 3_600_000).toISOString() }
    const share = (await ok(post(`/v1/secrets/${body.id}/share`, terms, owner.token))).body
    const open = async () => (await world.call('GET', `/v1/share/${share.id}`)).status
    expect(await open()).toBe(200)
    await ok(world.call('DELETE', `/v1/vaults/${vaultId}/secrets/shared`, { token: owner.token }))
    await world.put(owner, vaultId, 'shared', 'new')
    expect([404, 410]).toContain(await open())
  })

  it('making lasting credentials requires a recent sign-in', async ({ world, calls: { oldToken, post, signIn } }) => {
    const user = await world.signUp()
    const token = await oldToken(user)
    const asked = [
      await post('/v1/auth/api-keys', { name: 'key' }, token),
      await post('/v1/auth/mfa/setup', {}, token),
      await world.call('DELETE', '/v1/auth/me', { token, body: { confirmation: 'DELETE MY ACCOUNT' } }),
    ]
    for (const reply of asked)
      expect(reply).toMatchObject({ status: 403, body: { detail: expect.stringContaining('sign in again') } })
    expect((await post('/v1/auth/api-keys', { name: 'key' }, await signIn(user))).status).toBe(201)
  })

  it('a kept session counts as recent for as long as its sign-in does', async ({ world, calls: { post, keep } }) => {
    const user = await world.signUp()
    const { token, cookie } = await keptSession(world, user)
    expect((await post('/v1/auth/api-keys', { name: 'key' }, token)).status).toBe(201)
    world.advance(QUARTER_MS + 1000)
    const { body } = await ok(renew(world, cookie))
    expect((await post('/v1/auth/api-keys', { name: 'key' }, body.access_token)).status).toBe(403)
    expect((await keep(body.access_token)).status).toBe(403)
  })
})

import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { PASSWORD } from '../../support/world.ts'

describe.each(onEngines(testsOn))('GET /v1/auth/me, on $engine', ({ it: base }) => {
  const it = base.extend('calls', ({ world }) => {
    const me = (token: string) => world.call('GET', '/v1/auth/me', { token })
    return { me }
  })

  it('returns the caller, leaving out absent fields', async ({ world, calls: { me } }) => {
    const user = await world.signUp('me@example.com')
    expect((await me(user.token)).body).toEqual({
      id: user.id,
      email: 'me@example.com',
      auth_method: 'password',
      role: 'owner',
      email_verified: false,
      marketing_emails: false,
      totp_enabled: false,
      org_id: user.orgId,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    })
  })

  it('returns the name that was given at sign-up', async ({ world, calls: { me } }) => {
    const body = { email: 'named@example.com', password: PASSWORD, display_name: '  Grace “Amazing” Hopper 🚀 ' }
    const { access_token } = (await world.call('POST', '/v1/auth/signup', { body })).body
    expect((await me(access_token)).body.display_name).toBe('Grace “Amazing” Hopper 🚀')
  })

  it('describes the organisation of the token', async ({ world, calls: { me } }) => {
    const owner = await world.signUp()
    const admin = await world.colleague(owner, 'admin')
    expect((await me(admin.token)).body).toMatchObject({ id: admin.id, org_id: owner.orgId, role: 'admin' })
  })

  it('refuses agents', async ({ world, calls: { me } }) => {
    const agent = await world.agent(await world.signUp())
    expect([(await me(agent.token)).status, (await me(agent.key)).status]).toEqual([403, 403])
  })
})

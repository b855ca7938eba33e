import { randomUUID } from 'node:crypto'
import { describe, expect } from 'vitest'
import { onEngines, started, testsOn } from '../../support/fixtures.ts'
import { mailbox } from '../../support/mailbox.ts'
import { oidcIssuer } from '../../support/oidc-issuer.ts'
import { allEvents } from '../../support/rows.ts'
import { ok, PASSWORD } from '../../support/world.ts'

const NEW_PASSWORD = 'purple monkey dishwasher 99'

const engines = onEngines(engine =>
  testsOn(engine)
    .extend(
      'issuer',
      { scope: 'file' },
      started(oidcIssuer, issuer => issuer.close()),
    )
    .extend('settings', { scope: 'file' }, ({ issuer }) => ({
      oidc: { issuer: issuer.issuer, clientId: issuer.clientId, jwksUri: undefined },
    }))
    .extend('mail', { scope: 'file', auto: true }, ({ world }) => mailbox(world.dataDir))
    .extend('calls', ({ world, mail }) => {
      const status = async (token: string, path = '/v1/auth/me') => (await world.call('GET', path, { token })).status
      const signIn = (email: string, password: string) => world.call('POST', '/v1/auth/token', { body: { email, password } })
      const me = async (token: string) => (await ok(world.call('GET', '/v1/auth/me', { token }))).body
      async function forgottenPassword(email: string): Promise<string> {
        await ok(world.call('POST', '/v1/auth/forgot-password', { body: { email } }))
        const { token, text } = await mail.newest('password-reset', email)
        expect(text).toContain('starts empty')
        await ok(world.call('POST', '/v1/auth/reset-password', { body: { token, new_password: NEW_PASSWORD } }))
        return (await ok(signIn(email, NEW_PASSWORD))).body.access_token
      }
      /** Everything that a squatter can prepare alone. */
      async function squat() {
        const squatter = await world.signUp()
        const vaultId = await world.vault(squatter)
        const secret = await world.put(squatter, vaultId, 'bait', 'value')
        const agent = await world.agent(squatter)
        await world.policy(squatter, vaultId, agent, '**', ['read'])
        const key = (await ok(world.call('POST', '/v1/auth/api-keys', { token: squatter.token, body: { name: 'back door' } })))
          .body
        const expires_at = new Date(Date.now() + 3_600_000).toISOString()
        const share = await ok(
          world.call('POST', `/v1/secrets/${secret.body.id}/share`, {
            token: squatter.token,
            body: { recipient_type: 'anyone_with_link', expires_at },
          }),
        )
        return { squatter, vaultId, agent, apiKey: key.api_key as string, share: share.body.id as string }
      }
      async function expectNothingLeft(
        { squatter, vaultId, agent, apiKey, share }: Awaited<ReturnType<typeof squat>>,
        token: string,
      ) {
        const account = await me(token)
        expect(account).toMatchObject({ id: squatter.id, email_verified: true, totp_enabled: false, role: 'owner' })
        expect(account.org_id).not.toBe(squatter.orgId)
        const dead = await Promise.all(
          [squatter.token, apiKey, agent.key, agent.token].map(credential => status(credential, '/v1/vaults')),
        )
        expect(dead).toEqual([401, 401, 401, 401])
        expect((await signIn(squatter.email, PASSWORD)).status).toBe(401)
        expect((await world.call('POST', '/v1/auth/agent-token', { body: { api_key: agent.key } })).status).toBe(401)
        expect([404, 410]).toContain((await world.call('GET', `/v1/share/${share}`)).status)
        expect(await status(token, `/v1/vaults/${vaultId}`)).toBe(404)
        const { orgs } = (await ok(world.call('GET', '/v1/orgs', { token }))).body
        expect(orgs.map((org: { id: string }) => org.id)).toEqual([account.org_id])
        const [members, agents, keys] = [
          (await ok(world.call('GET', '/v1/org/members', { token }))).body.members,
          (await ok(world.call('GET', '/v1/agents', { token }))).body.agents,
          (await ok(world.call('GET', '/v1/auth/api-keys', { token }))).body.keys,
        ]
        expect([members.length, agents, keys]).toEqual([1, [], []])
        const events = (await allEvents(world)).filter(event => event.org_id === account.org_id)
        expect(events.map(({ action }) => action)).toContain('auth.prove_address')
      }
      return { status, signIn, me, forgottenPassword, squat, expectNothingLeft }
    }),
)

describe.each(engines)('an account that a stranger created with the address of someone else, on $engine', ({ it }) => {
  it('holds no power after a reset by a mailed link', async ({ calls: { squat, expectNothingLeft, forgottenPassword } }) => {
    const prepared = await squat()
    await expectNothingLeft(prepared, await forgottenPassword(prepared.squatter.email))
  })

  it('loses all access after a sign-in through an issuer that vouches for the address', async ({
    issuer,
    world,
    calls: { squat, expectNothingLeft },
  }) => {
    const prepared = await squat()
    const person = { sub: randomUUID(), email: prepared.squatter.email, email_verified: true, name: 'Grace' }
    const id_token = await issuer.idToken(person)
    const { body } = await ok(world.call('POST', '/v1/auth/google', { body: { id_token } }))
    await expectNothingLeft(prepared, body.access_token)
  })

  it('does not keep an invited person out, and loses its power when they join', async ({
    world,
    mail,
    calls: { squat, me, status, signIn },
  }) => {
    const prepared = await squat()
    const { email } = prepared.squatter
    const host = await world.signUp()
    await ok(world.call('POST', '/v1/org/invite', { token: host.token, body: { email } }))
    const { token: invite_token } = await mail.newest('invitation', email)
    const signUp = () => world.call('POST', '/v1/auth/signup', { body: { email, password: NEW_PASSWORD, invite_token } })
    const { body } = await ok(signUp())
    expect(await me(body.access_token)).toMatchObject({ org_id: host.orgId, role: 'member', email_verified: true })
    expect(await status(prepared.squatter.token)).toBe(401)
    expect(await status(prepared.apiKey)).toBe(401)
    expect(await status(prepared.agent.key, '/v1/vaults')).toBe(401)
    expect((await signIn(email, PASSWORD)).status).toBe(401)
    expect((await signUp()).status).toBe(400)
  })

  it('leaves the former organisation to its second owner', async ({
    world,
    mail,
    calls: { squat, forgottenPassword, me, status },
  }) => {
    const { squatter, vaultId } = await squat()
    const accomplice = await world.signUp()
    await ok(world.call('POST', '/v1/org/invite', { token: squatter.token, body: { email: accomplice.email, role: 'owner' } }))
    const { token } = await mail.newest('invitation', accomplice.email)
    await ok(world.call('POST', `/v1/org/invitations/${token}/accept`, { token: accomplice.token }))
    const switched = await ok(
      world.call('POST', '/v1/auth/switch-org', { token: accomplice.token, body: { org_id: squatter.orgId } }),
    )

    const victim = await forgottenPassword(squatter.email)
    const account = await me(victim)
    expect(account.org_id).not.toBe(squatter.orgId)
    await ok(world.call('POST', '/v1/vaults', { token: victim, body: { name: 'mine' } }))
    const left = (await ok(world.call('GET', '/v1/org/members', { token: switched.body.access_token }))).body.members
    expect(left.map(({ email }: { email: string }) => email)).toEqual([accomplice.email])
    expect(await status(victim, `/v1/vaults/${vaultId}`)).toBe(404)
    const seen = (await ok(world.call('GET', '/v1/vaults', { token: switched.body.access_token }))).body.vaults
    expect(seen.map(({ name }: { name: string }) => name)).not.toContain('mine')
  })

  it('keeps everything when the address was proven before', async ({ world, mail, calls: { squat, signIn, status, me } }) => {
    const { squatter: person, vaultId } = await squat()
    await world.server.database.run(({ accounts }) => accounts.update(person.id, { email_verified: true }))
    await ok(world.call('POST', '/v1/auth/forgot-password', { body: { email: person.email } }))
    const { token, text } = await mail.newest('password-reset', person.email)
    expect(text).not.toContain('afresh')
    await ok(world.call('POST', '/v1/auth/reset-password', { body: { token, new_password: NEW_PASSWORD } }))
    const { body } = await ok(signIn(person.email, NEW_PASSWORD))
    expect(await status(body.access_token, `/v1/vaults/${vaultId}`)).toBe(200)
    expect((await me(body.access_token)).org_id).toBe(person.orgId)
  })
})

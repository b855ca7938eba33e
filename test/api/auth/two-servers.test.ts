import { describe, expect } from 'vitest'
import { type AssembledServer, assemble } from '../../../server/main.ts'
import { testsOn } from '../../support/fixtures.ts'
import { withinASecond } from '../../support/within-a-second.ts'
import { ok, PASSWORD, type TestUser } from '../../support/world.ts'

// Only PostgreSQL can be shared: a second server on a SQLite file is refused.
const it = testsOn('postgres')
  .extend('other', { scope: 'file', auto: true }, async ({ world }, { onCleanup }) => {
    const other = await assemble(world.config)
    onCleanup(() => other.close())
    return other
  })
  .extend('secretPath', { scope: 'file' }, async ({ world, owner, vaultId }) => {
    await world.put(owner, vaultId, 'a/b', 'v')
    return `/v1/vaults/${vaultId}/secrets/a/b`
  })
  .extend('calls', ({ world, other, owner, secretPath }) => {
    const elsewhere = async (url: string, token: string) =>
      (await other.app.inject({ url, headers: { authorization: `Bearer ${token}` } })).statusCode
    const me = (token: string) => elsewhere('/v1/auth/me', token)
    const agentMe = (token: string) => elsewhere('/v1/agents/me', token)
    const secret = (token: string) => elsewhere(secretPath, token)
    /** The token worked there; then it is ended here, and no longer works there. */
    async function ends(check: () => Promise<number>, end: () => Promise<unknown>, status: number): Promise<void> {
      expect(await check()).toBe(200)
      await end()
      await withinASecond(check, status)
    }
    const login = async (user: TestUser) =>
      (await ok(world.call('POST', '/v1/auth/token', { body: { email: user.email, password: PASSWORD } }))).body.access_token
    const call = (method: string, url: string, body?: object) => ok(world.call(method, url, { token: owner.token, body }))
    return { me, agentMe, secret, ends, login, call }
  })

describe('within a second of its end on one server, another on the same database refuses', () => {
  it('a token that is revoked', async ({ world, owner, calls: { me, ends, login } }) => {
    const token = await login(owner)
    await ends(
      () => me(token),
      () => ok(world.call('DELETE', '/v1/auth/token', { token })),
      401,
    )
  })

  it('an API key that is revoked, and a token made from it', async ({ world, calls: { me, ends, call } }) => {
    const { api_key, key } = (await call('POST', '/v1/auth/api-keys', { name: 'k' })).body
    const { access_token } = (await ok(world.call('POST', '/v1/auth/api-key-token', { body: { api_key } }))).body
    expect(await me(access_token)).toBe(200)
    await ends(
      () => me(api_key),
      () => call('DELETE', `/v1/auth/api-keys/${key.id}`),
      401,
    )
    await withinASecond(() => me(access_token), 401)
  })

  it('the tokens of an account whose password is changed', async ({ world, calls: { me, ends } }) => {
    const user = await world.signUp()
    const body = { current_password: PASSWORD, new_password: 'another staple for the horse 7' }
    await ends(
      () => me(user.token),
      () => ok(world.call('POST', '/v1/auth/change-password', { token: user.token, body })),
      401,
    )
  })

  it('an agent that is deactivated, or gets a new key', async ({ world, owner, calls: { agentMe, ends, call } }) => {
    let agent = await world.agent(owner)
    for (const end of [
      () => call('DELETE', `/v1/agents/${agent.id}`),
      () => call('POST', `/v1/agents/${agent.id}/rotate-key`),
      () => call('PATCH', `/v1/agents/${agent.id}`, { is_active: false }),
    ]) {
      agent = await world.agent(owner)
      expect(await agentMe(agent.key)).toBe(200)
      await ends(() => agentMe(agent.token), end, 401)
      await withinASecond(() => agentMe(agent.key), 401)
    }
  })

  it('a permission that is withdrawn, and a ceiling that is lowered', async ({
    world,
    owner,
    vaultId,
    calls: { secret, ends, call },
  }) => {
    const agent = await world.agent(owner)
    const policy = await world.policy(owner, vaultId, agent, '**', ['read'])
    await ends(
      () => secret(agent.token),
      () => call('PUT', `/v1/vaults/${vaultId}/policies/${policy}`, { permissions: ['write'] }),
      403,
    )
    await call('PUT', `/v1/vaults/${vaultId}/policies/${policy}`, { permissions: ['read'] })
    await withinASecond(() => secret(agent.token), 200)
    await ends(
      () => secret(agent.token),
      () => call('PATCH', `/v1/agents/${agent.id}`, { scopes: ['elsewhere/**'] }),
      403,
    )
  })

  it('a lock on an account', async ({ world, other }) => {
    const user = await world.signUp()
    const wrong = (server: AssembledServer, i: number) =>
      server.app.inject({
        method: 'POST',
        url: '/v1/auth/token',
        payload: { email: user.email, password: 'wrong' },
        remoteAddress: `192.0.2.${i}`,
      })
    for (let i = 0; i < 5; i++) expect((await wrong(i % 2 ? other : world.server, i)).statusCode).toBe(401)
    for (const server of [world.server, other]) expect((await wrong(server, 9)).statusCode).toBe(429)
  })

  it('a vault that is deleted', async ({ owner, vaultId, calls: { secret, ends, call } }) => {
    await ends(
      () => secret(owner.token),
      () => call('DELETE', `/v1/vaults/${vaultId}`),
      404,
    )
  })
})

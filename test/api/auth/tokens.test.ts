import { createPublicKey, verify } from 'node:crypto'
import { describe, expect } from 'vitest'
import { cases, onEngines, testsOn } from '../../support/fixtures.ts'
import { ok, PASSWORD } from '../../support/world.ts'

const DER_OF_ED25519 = Buffer.from('302a300506032b6570032100', 'hex')

describe.each(
  onEngines(engine =>
    testsOn(engine).extend('agent', { scope: 'file' }, ({ world, owner }) =>
      world.agent(owner, { scopes: ['prod/**', 'team:ops'], intents_api_enabled: true }),
    ),
  ),
)('tokens, on $engine', ({ it: base }) => {
  const it = base.extend('calls', ({ world }) => {
    const get = (url: string, token?: string) => world.call('GET', url, { token })
    const exchange = (body: object) => world.call('POST', '/v1/auth/agent-token', { body })
    return { get, exchange }
  })

  const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

  it('are verified by the public key, 32 bytes of Ed25519', async ({ owner, calls: { get } }) => {
    const { body } = await get('/v1/auth/jwt-public-key')
    expect(body).toEqual({ alg: 'EdDSA', public_key_base64: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/) })
    const raw = Buffer.from(body.public_key_base64, 'base64')
    const key = createPublicKey({ key: Buffer.concat([DER_OF_ED25519, raw]), format: 'der', type: 'spki' })
    expect(isSignedBy(key, owner.token)).toBe(true)
    expect(isSignedBy(key, `${owner.token.slice(0, -3)}AAA`)).toBe(false)
  })

  it('are verified by the JWK set, which is found by their kid', async ({ owner, agent, calls: { get } }) => {
    const { keys } = (await get('/.well-known/jwks.json')).body
    for (const token of [owner.token, agent.token]) {
      const header = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())
      expect(header).toEqual({ alg: 'EdDSA', typ: 'JWT', kid: expect.any(String) })
      const jwk = keys.find((each: { kid: string }) => each.kid === header.kid)
      expect(jwk).toMatchObject({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig' })
      expect(isSignedBy(createPublicKey({ key: jwk, format: 'jwk' }), token)).toBe(true)
    }
  })

  it('of users say who, where and for how long', ({ owner }) => {
    const claims = claimsOf(owner.token)
    expect(claims).toMatchObject({ sub: `user:${owner.id}`, org: owner.orgId, jti: expect.any(String) })
    expect(claims.exp - claims.iat).toBe(900)
    expect(claims).not.toHaveProperty('scopes')
  })

  it('of agents also say which scopes and vaults, and whether intents are enabled', ({ owner, agent }) => {
    const claims = claimsOf(agent.token)
    expect(claims).toMatchObject({
      sub: `agent:${agent.id}`,
      org: owner.orgId,
      scopes: ['prod/**', 'team:ops'],
      vault_ids: [],
      intents_api_enabled: true,
    })
    expect(claims.exp - claims.iat).toBe(3600)
  })

  it('of an agent without ceilings list what its policies grant, for information', async ({
    world,
    owner,
    calls: { exchange },
  }) => {
    const plain = await world.agent(owner)
    const vaultId = await world.vault(owner)
    await world.policy(owner, vaultId, plain, 'prod/**', ['read'])
    await world.ended(expires_at => world.policy(owner, vaultId, plain, 'old/**', ['read'], { expires_at }))
    const { body } = await exchange({ api_key: plain.key })
    expect(claimsOf(body.access_token)).toMatchObject({ scopes: ['prod/**'], vault_ids: [vaultId] })
    expect(body).toMatchObject({ agent_id: plain.id, vault_ids: [vaultId] })
  })

  it('of agents that ask at once are each for its own access', async ({ world, owner, calls: { exchange } }) => {
    const stranger = await world.signUp()
    const made = await Promise.all(
      [owner, owner, stranger].map(async (person, number) => {
        const [agent, vaultId] = [await world.agent(person), await world.vault(person)]
        await world.policy(person, vaultId, agent, `of-${number}/**`, ['read'])
        await world.policy(person, vaultId, agent, `of-${number}/more`, ['read'])
        return { agent, orgId: person.orgId, vaultId, scopes: [`of-${number}/**`, `of-${number}/more`] }
      }),
    )
    const wrong = `${made[0]?.agent.key.slice(0, -1)}!`
    const [refused, ...replies] = await Promise.all(
      [wrong, ...made.map(({ agent }) => agent.key)].map(key => exchange({ api_key: key })),
    )
    expect(refused?.status).toBe(401)
    for (const [number, { agent, orgId, vaultId, scopes }] of made.entries()) {
      const { body } = replies[number] ?? {}
      expect(body).toMatchObject({ agent_id: agent.id, vault_ids: [vaultId] })
      expect(claimsOf(body.access_token)).toMatchObject({ sub: `agent:${agent.id}`, org: orgId, scopes, vault_ids: [vaultId] })
    }
  })

  it('of an agent contain its id and vaults only if the request had no id', async ({ agent, calls: { exchange } }) => {
    const named = await exchange({ agent_id: agent.id, api_key: agent.key })
    expect(Object.keys(named.body).sort()).toEqual(['access_token', 'expires_in', 'token_type'])
    expect((await exchange({ agent_id: agent.id.toUpperCase(), api_key: agent.key })).status).toBe(200)
    const unnamed = await exchange({ api_key: agent.key })
    expect(unnamed.body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 3600,
      agent_id: agent.id,
      vault_ids: [],
    })
  })

  it('of an agent are refused for a wrong key, and for the id of another agent', async ({
    world,
    owner,
    agent,
    calls: { exchange },
  }) => {
    const other = await world.agent(owner)
    const refusals = [
      await exchange({ api_key: `${agent.key.slice(0, -1)}!` }),
      await exchange({ api_key: agent.key.slice(0, 12) }),
      await exchange({ agent_id: other.id, api_key: agent.key }),
      await exchange({ agent_id: '3f2504e0-4f89-41d3-9a0c-0305e82c3301', api_key: agent.key }),
      await world.call('POST', '/v1/auth/api-key-token', { body: { api_key: agent.key } }),
    ]
    for (const { status, body } of refusals) {
      expect({ status, detail: body.detail }).toEqual({ status: 401, detail: 'The key was not accepted.' })
    }
  })

  it('last as long as the agent’s own token_ttl_seconds', async ({ world, owner, calls: { get, exchange } }) => {
    const brief = await world.agent(owner, { token_ttl_seconds: 60 })
    const { body } = await exchange({ api_key: brief.key })
    expect(body.expires_in).toBe(60)
    expect((await get('/v1/agents/me', body.access_token)).status).toBe(200)
    world.advance(60_000)
    expect((await get('/v1/agents/me', body.access_token)).status).toBe(401)
  })

  it('of users end after 15 minutes', async ({ world, owner, calls: { get } }) => {
    const { body } = await ok(world.call('POST', '/v1/auth/token', { body: { email: owner.email, password: PASSWORD } }))
    world.advance(899_000)
    expect((await get('/v1/auth/me', body.access_token)).status).toBe(200)
    world.advance(1_000)
    expect((await get('/v1/auth/me', body.access_token)).status).toBe(401)
  })

  it('end at once when revoked, and no others do', async ({ world, agent, calls: { get, exchange } }) => {
    const [first, second] = [(await exchange({ api_key: agent.key })).body, (await exchange({ api_key: agent.key })).body]
    expect((await get('/v1/agents/me', first.access_token)).status).toBe(200)
    expect(await world.call('DELETE', '/v1/auth/token', { token: first.access_token })).toMatchObject({ status: 204, body: '' })
    expect((await get('/v1/agents/me', first.access_token)).status).toBe(401)
    expect((await world.call('DELETE', '/v1/auth/token', { token: first.access_token })).status).toBe(401)
    expect((await get('/v1/agents/me', second.access_token)).status).toBe(200)
  })

  it('differ from keys: a key that is used directly cannot be revoked as a token', async ({ world, agent, calls: { get } }) => {
    expect((await world.call('DELETE', '/v1/auth/token', { token: agent.key })).status).toBe(400)
    expect((await get('/v1/agents/me', agent.key)).status).toBe(200)
  })

  it.for(cases([[{ refresh_token: 'x' }], [{}], [undefined]]))('are never renewed: %j', async ([body], { world }) => {
    const reply = await world.call('POST', '/v1/auth/refresh', { body })
    expect(reply).toMatchObject({ status: 400, body: { detail: 'Refresh tokens not yet implemented', status: 400 } })
  })
})

function isSignedBy(key: ReturnType<typeof createPublicKey>, token: string): boolean {
  const at = token.lastIndexOf('.')
  return verify(null, Buffer.from(token.slice(0, at)), key, Buffer.from(token.slice(at + 1), 'base64url'))
}

import { generateKeyPairSync } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT } from 'jose'
import { Provider } from 'oidc-provider'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ENGINES } from '../../support/databases.ts'
import { allEvents } from '../../support/rows.ts'
import { makeWorld, ok, type TestUser, type World } from '../../support/world.ts'

const AUDIENCE = 'http://1claw.test'
const CLIENT = 'ci-job'
const CLIENT_SECRET = 'of the issuer, not of ours'

/** A real issuer that gives its clients JWTs for a resource they name (RFC 8707, RFC 9068). */
async function issuerOnLoopback() {
  const server: Server = createServer((request, response) => void handle(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const client = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }
  const provider = new Provider(issuer, {
    clients: [CLIENT, 'another-job'].map(client_id => ({ ...client, client_id, client_secret: CLIENT_SECRET })),
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'key', use: 'sig', alg: 'RS256' }] },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, resource) => ({ scope: '', audience: resource, accessTokenFormat: 'jwt' }),
      },
    },
    ttl: { ClientCredentials: 600 },
  })
  const handle = provider.callback()
  return {
    issuer,
    privateKey,
    async token(resource = AUDIENCE, client_id = CLIENT): Promise<string> {
      const reply = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${client_id}:${encodeURIComponent(CLIENT_SECRET)}`).toString('base64')}`,
        },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource }),
      })
      const { access_token } = (await reply.json()) as { access_token: string }
      return access_token
    },
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

let oidc: Awaited<ReturnType<typeof issuerOnLoopback>>
beforeAll(async () => {
  oidc = await issuerOnLoopback()
})
afterAll(() => oidc.close())

describe.each(ENGINES)('an agent that an OIDC issuer vouches for, on %s', engine => {
  let world: World
  let owner: TestUser
  beforeAll(async () => {
    world = await makeWorld(engine, { agentIssuers: [oidc.issuer] })
    owner = await world.signUp()
  })
  afterAll(() => world?.close())

  async function workload(more: object = {}): Promise<string> {
    const how = { auth_method: 'oidc_client_credentials', oidc_issuer: oidc.issuer, oidc_client_id: CLIENT, ...more }
    const { body } = await ok(world.call('POST', '/v1/agents', { token: owner.token, body: { name: 'ci', ...how } }))
    expect(body).not.toHaveProperty('api_key')
    return body.agent.id
  }
  const exchange = (agent_id: string | undefined, client_assertion: string) =>
    world.call('POST', '/v1/auth/agent-token', { body: { agent_id, client_assertion } })

  it('gets a token without any key of ours', async () => {
    const id = await workload()
    const { body } = await ok(exchange(id, await oidc.token()))
    expect(body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 3600 })
    expect((await ok(world.call('GET', '/v1/agents/me', { token: body.access_token }))).body).toMatchObject({ id, name: 'ci' })
    const events = (await allEvents(world)).filter(({ action, actor_id }) => action === 'auth.success' && actor_id === id)
    expect(events.map(({ details }) => details['method'])).toEqual(['oidc'])
    await ok(world.call('DELETE', `/v1/agents/${id}`, { token: owner.token }))
    expect((await exchange(id, await oidc.token())).status).toBe(401)
  })

  it('is refused with a token for somebody else, by somebody else, or about somebody else', async () => {
    const id = await workload()
    const keyed = await world.agent(owner)
    const forged = await new SignJWT({ client_id: CLIENT })
      .setProtectedHeader({ alg: 'RS256', kid: 'key' })
      .setIssuer(oidc.issuer)
      .setAudience(AUDIENCE)
      .setSubject(CLIENT)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)
    const refused = [
      await exchange(id, await oidc.token('https://elsewhere.example.com')),
      await exchange(id, await oidc.token(AUDIENCE, 'another-job')),
      await exchange(id, forged),
      await exchange(id, 'nonsense'),
      await exchange(keyed.id, await oidc.token()),
      await exchange(owner.id, await oidc.token()),
    ]
    const [first] = refused
    for (const reply of refused) {
      expect(reply.status).toBe(401)
      expect({ ...reply.body, request_id: '' }).toEqual({ ...first?.body, request_id: '' })
    }
  })

  it('needs an issuer that the operator has named: no other is asked', async () => {
    const id = await workload({ oidc_issuer: 'http://127.0.0.1:9' })
    expect((await exchange(id, await oidc.token())).status).toBe(503)
    expect((await exchange(undefined, await oidc.token())).body.fields).toHaveProperty('agent_id')
    expect((await world.call('POST', '/v1/auth/agent-token', { body: {} })).body.fields).toHaveProperty('api_key')
  })
})

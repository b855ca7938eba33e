import { generateKeyPairSync } from 'node:crypto'
import { SignJWT } from 'jose'
import { describe, expect } from 'vitest'
import { onEngines, started, testsOn } from '../../support/fixtures.ts'
import { allEvents } from '../../support/rows.ts'
import { CLIENT, workloadIssuer } from '../../support/workload-issuer.ts'
import { ok } from '../../support/world.ts'

const AUDIENCE = 'http://1claw.test'

const engines = onEngines(engine =>
  testsOn(engine)
    .extend(
      'oidc',
      { scope: 'file' },
      started(workloadIssuer, oidc => oidc.close()),
    )
    .extend('settings', { scope: 'file' }, ({ oidc }) => ({ agentIssuers: [oidc.issuer] }))
    .extend('calls', ({ world, owner, oidc }) => {
      async function workload(more: object = {}): Promise<string> {
        const how = { auth_method: 'oidc_client_credentials', oidc_issuer: oidc.issuer, oidc_client_id: CLIENT, ...more }
        const { body } = await ok(world.call('POST', '/v1/agents', { token: owner.token, body: { name: 'ci', ...how } }))
        expect(body).not.toHaveProperty('api_key')
        return body.agent.id
      }
      const exchange = (agent_id: string | undefined, client_assertion: string) =>
        world.call('POST', '/v1/auth/agent-token', { body: { agent_id, client_assertion } })
      return { workload, exchange }
    }),
)

describe.each(engines)('an agent that an OIDC issuer vouches for, on $engine', ({ it }) => {
  it('gets a token without a 1claw key', async ({ world, owner, oidc, calls: { workload, exchange } }) => {
    const id = await workload()
    const { body } = await ok(exchange(id, await oidc.token(AUDIENCE)))
    expect(body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 3600 })
    expect((await ok(world.call('GET', '/v1/agents/me', { token: body.access_token }))).body).toMatchObject({ id, name: 'ci' })
    const events = (await allEvents(world)).filter(({ action, actor_id }) => action === 'auth.success' && actor_id === id)
    expect(events.map(({ details }) => details['method'])).toEqual(['oidc'])
    await ok(world.call('DELETE', `/v1/agents/${id}`, { token: owner.token }))
    expect((await exchange(id, await oidc.token(AUDIENCE))).status).toBe(401)
  })

  it('loses its tokens when its proof of identity is changed', async ({ world, owner, oidc, calls: { workload, exchange } }) => {
    const id = await workload()
    const update = (body: object) => ok(world.call('PATCH', `/v1/agents/${id}`, { token: owner.token, body }))
    const stands = async (token: string) => (await world.call('GET', '/v1/agents/me', { token })).status
    const { access_token: token } = (await ok(exchange(id, await oidc.token(AUDIENCE)))).body
    await update({ description: 'the same one', oidc_issuer: oidc.issuer, oidc_client_id: CLIENT })
    expect(await stands(token)).toBe(200)
    await update({ oidc_client_id: 'another-job' })
    expect(await stands(token)).toBe(401)
    expect((await exchange(id, await oidc.token(AUDIENCE))).status).toBe(401)
    await ok(exchange(id, await oidc.token(AUDIENCE, 'another-job')))
  })

  it('is refused with a token that has another audience, issuer or subject', async ({
    world,
    owner,
    oidc,
    calls: { workload, exchange },
  }) => {
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
      await exchange(keyed.id, await oidc.token(AUDIENCE)),
      await exchange(owner.id, await oidc.token(AUDIENCE)),
    ]
    const [first] = refused
    for (const reply of refused) {
      expect(reply.status).toBe(401)
      expect({ ...reply.body, request_id: '' }).toEqual({ ...first?.body, request_id: '' })
    }
  })

  it('needs an issuer that the operator has configured, and no other is contacted', async ({
    world,
    oidc,
    calls: { workload, exchange },
  }) => {
    const id = await workload({ oidc_issuer: 'http://127.0.0.1:9' })
    expect((await exchange(id, await oidc.token(AUDIENCE))).status).toBe(503)
    expect((await exchange(undefined, await oidc.token(AUDIENCE))).body.fields).toHaveProperty('agent_id')
    expect((await world.call('POST', '/v1/auth/agent-token', { body: {} })).body.fields).toHaveProperty('api_key')
  })
})

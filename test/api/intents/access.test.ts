import { describe, expect } from 'vitest'
import { anvilOf, cases, chainTestsOn, onEngines } from '../../support/fixtures.ts'
import { ok, type TestAgent, type TestUser } from '../../support/world.ts'

const SOMEBODY = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const CHAIN = 'test-31344'
const PAY = { to: SOMEBODY, value: '0.01', chain: CHAIN, gas_limit: 21_000 }
const KEY = `0x${'ab'.repeat(32)}`

const engines = onEngines(engine =>
  chainTestsOn(engine)
    .extend('anvil', { scope: 'file' }, anvilOf({ chainId: 31_344 }))
    .extend('chains', { scope: 'file' }, ({ anvil }) => [anvil])
    .extend('agent', { scope: 'file', auto: true }, async ({ anvil, world }) => {
      const agent = await world.signingAgent(anvil)
      return agent
    })
    .extend('calls', ({ world }) => {
      /** An agent with a key at a path of a new vault, and a policy for it. */
      async function withKey(path: string, value: string, more: object = {}, permissions = ['read']) {
        const made = await world.agent(world.owner, { intents_api_enabled: true, tx_sign_any_nonce: true })
        const vaultId = await world.vault(world.owner)
        await world.put(world.owner, vaultId, path, value, { type: 'private_key', ...more })
        await world.policy(world.owner, vaultId, made, path, permissions)
        return { agent: made, vaultId }
      }
      return { withKey }
    }),
)

describe.each(engines)('signing keys on $engine', ({ it }) => {
  it('are used by the agent itself only; people look and simulate', async ({ anvil, world, agent }) => {
    const creator = await world.colleague(world.owner)
    const stranger = await world.colleague(world.owner)
    const outsider = await world.signUp()
    const other = await world.signingAgent(anvil)
    const own = (
      await ok(world.call('PATCH', `/v1/agents/${agent.id}`, { token: world.owner.token, body: { description: 'x' } }))
    ).body
    expect(own.id).toBe(agent.id)
    await world.server.database.run(stores =>
      stores.agents.update(world.owner.orgId, agent.id, { created_by: creator.id }, { endTokens: false }),
    )
    const sent = (await ok(world.submit(agent, PAY))).body

    type Who = Pick<TestUser | TestAgent, 'token'>
    const as = async (who: Who) => {
      const by = { id: agent.id, token: who.token }
      const get = (path: string) => world.call('GET', `/v1/agents/${agent.id}/transactions${path}`, { token: who.token })
      const replies = [
        await world.submit(by as TestAgent, PAY),
        await world.sign(by as TestAgent, PAY),
        await world.simulate(by as TestAgent, PAY),
        await world.bundle(by as TestAgent, [PAY]),
        await get(''),
        await get(`/${sent.id}`),
      ]
      return replies.map(reply => reply.status)
    }
    expect(await as(agent)).toEqual([201, 200, 200, 200, 200, 200])
    expect(await as(world.owner)).toEqual([403, 403, 200, 200, 200, 200])
    expect(await as(creator)).toEqual([403, 403, 200, 200, 200, 200])
    expect(await as(stranger)).toEqual([403, 403, 403, 403, 403, 403])
    expect(await as(other)).toEqual([403, 403, 403, 403, 403, 403])
    expect(await as(outsider)).toEqual([403, 403, 404, 404, 404, 404])
    const foreign = await world.agent(outsider, { intents_api_enabled: true })
    expect(await as(foreign)).toEqual([404, 404, 404, 404, 404, 404])
    expect(await as({ token: '' })).toEqual([401, 401, 401, 401, 401, 401])

    await ok(world.call('PATCH', `/v1/agents/${agent.id}`, { token: world.owner.token, body: { intents_api_enabled: false } }))
    expect(await as(agent)).toEqual([403, 403, 403, 403, 403, 403])
    await ok(world.call('PATCH', `/v1/agents/${agent.id}`, { token: world.owner.token, body: { intents_api_enabled: true } }))
  })

  it('are found where the agent can read them, and nowhere else', async ({ world, agent, calls: { withKey } }) => {
    const { agent: reader, vaultId } = await withKey('keys/hot', KEY)
    const use = { ...PAY, signing_key_path: 'keys/hot', nonce: 0, gas_price: '1' }
    expect((await world.sign(reader, use)).status).toBe(200)
    expect((await world.sign(reader, { ...use, signing_key_path: 'keys/cold' })).status).toBe(403)

    const { agent: writer } = await withKey('keys/hot', KEY, {}, ['write'])
    const denied = await world.sign(writer, use)
    expect([denied.status, denied.body.detail]).toEqual([403, 'The agent has no read permission on keys/hot.'])

    await world.policy(world.owner, vaultId, reader, 'wallets/*', ['read'])
    expect((await world.sign(reader, { ...use, signing_key_path: 'wallets/none' })).status).toBe(404)

    const second = await world.vault(world.owner)
    await world.put(world.owner, second, 'keys/hot', KEY, { type: 'private_key' })
    await world.policy(world.owner, second, reader, 'keys/hot', ['read'])
    expect((await world.sign(reader, use)).status).toBe(409)
    expect((await world.sign(reader, { ...use, vault_id: second })).status).toBe(200)
    expect((await world.sign(reader, { ...use, vault_id: agent.vaultId })).status).toBe(403)

    const ownPath = `agents/${reader.id}/keys/main`
    await world.put(world.owner, vaultId, ownPath, KEY, { type: 'private_key' })
    await world.policy(world.owner, vaultId, reader, ownPath, ['read'])
    expect((await world.sign(reader, { ...use, signing_key_path: ownPath })).status).toBe(200)
  })

  it('stop working when the policy, the secret or its allowed uses end', async ({ world, calls: { withKey } }) => {
    const { agent: reader, vaultId } = await withKey('keys/hot', KEY, { max_access_count: 3 })
    const use = { ...PAY, signing_key_path: 'keys/hot', gas_price: '1' }
    const replies = await Promise.all(Array.from({ length: 8 }, (_, nonce) => world.sign(reader, { ...use, nonce })))
    expect(replies.map(reply => reply.status).sort()).toEqual([200, 200, 200, 410, 410, 410, 410, 410])
    await world.put(world.owner, vaultId, 'keys/hot', KEY, { expires_at: new Date(Date.now() + 60_000).toISOString() })
    expect((await world.sign(reader, { ...use, nonce: 20 })).status).toBe(200)
    world.advance(61_000)
    expect((await world.sign(reader, { ...use, nonce: 21 })).status).toBe(410)
    world.advance(-61_000)
    await ok(world.call('DELETE', `/v1/vaults/${vaultId}/secrets/keys/hot`, { token: world.owner.token }))
    expect((await world.sign(reader, { ...use, nonce: 22 })).status).toBe(410)
  })

  it.for(
    cases([
      ['of another type', KEY, { type: 'generic' }],
      ['too short', '0xab', {}],
      ['zero', `0x${'0'.repeat(64)}`, {}],
      ['beyond the order of the curve', `0x${'f'.repeat(64)}`, {}],
      ['no hexadecimal number', 'correct horse battery staple', {}],
    ]),
  )('are refused when the secret is %s', async ([_, value, more], { world, calls: { withKey } }) => {
    const { agent: reader } = await withKey('keys/hot', value, more)
    const reply = await world.sign(reader, { ...PAY, signing_key_path: 'keys/hot', nonce: 0, gas_price: '1' })
    expect([reply.status, reply.body.detail]).toEqual([422, expect.stringContaining('The secret cannot sign')])
    expect(JSON.stringify(reply.body)).not.toContain('correct horse')
  })

  it('can have white space around them and no prefix', async ({ world, calls: { withKey } }) => {
    const { agent: reader } = await withKey('keys/hot', `\n ${KEY.slice(2).toUpperCase()}\r\n`)
    const { body } = await world.sign(reader, { ...PAY, signing_key_path: 'keys/hot', nonce: 0, gas_price: '1' })
    const { agent: plain } = await withKey('keys/hot', KEY)
    expect(body.from).toBe(
      (await world.sign(plain, { ...PAY, signing_key_path: 'keys/hot', nonce: 0, gas_price: '1' })).body.from,
    )
  })

  it('sign nothing without recording it', async ({ world, agent }) => {
    const { events } = (
      await ok(world.call('GET', `/v1/audit/events?action=transaction.sign&limit=1000`, { token: world.owner.token }))
    ).body
    const hashes = new Set(events.map((event: { details: { tx_hash?: string } }) => event.details.tx_hash).filter(Boolean))
    const signed = (await world.transactions(agent)).filter(each => each.status === 'sign_only')
    expect(signed.length).toBeGreaterThan(0)
    for (const { tx_hash } of signed) expect(hashes).toContain(tx_hash)
    expect(JSON.stringify(events)).not.toContain(KEY.slice(2))
  })
})

import { createPrivateKey, createPublicKey } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ENGINES } from '../../support/databases.ts'
import { makeWorld, ok, type TestUser, type World } from '../../support/world.ts'

describe.each(ENGINES)('the identity of an agent on %s', engine => {
  let world: World
  let owner: TestUser
  beforeAll(async () => {
    world = await makeWorld(engine)
    owner = await world.signUp()
  })
  afterAll(() => world?.close())

  const keyVault = async (user: TestUser) => world.call('GET', '/v1/org/agent-keys-vault', { token: user.token })

  it('is two key pairs, whose private halves are in a vault of the server’s own', async () => {
    expect((await keyVault(owner)).status).toBe(404)
    const agents = await Promise.all([world.agent(owner), world.agent(owner), world.agent(owner)])
    const vault = (await ok(keyVault(owner))).body.vault_id
    const listed = await ok(world.call('GET', '/v1/vaults', { token: owner.token }))
    expect(listed.body.vaults).toEqual([])
    const id = agents[0]?.id ?? ''
    const { body: agent } = await ok(world.call('GET', `/v1/agents/${id}`, { token: owner.token }))
    const [ed25519, p256] = [Buffer.from(agent.ssh_public_key, 'base64'), Buffer.from(agent.ecdh_public_key, 'base64')]
    expect([ed25519.length, p256.length, p256[0]]).toEqual([32, 65, 4])

    const read = (path: string, token: string) => world.call('GET', `/v1/vaults/${vault}/secrets/agents/${id}/${path}`, { token })
    expect((await read('ssh/private_key', owner.token)).status).toBe(403)
    expect((await read('ssh/private_key', agents[1]?.token ?? '')).status).toBe(403)
    await world.policy(owner, vault, { id }, `agents/${id}/**`, ['read'])
    const token = agents[0]?.token ?? ''
    const ssh = createPublicKey(createPrivateKey((await ok(read('ssh/private_key', token))).body.value))
    expect(Buffer.from(ssh.export({ format: 'jwk' }).x ?? '', 'base64url')).toEqual(ed25519)
    const ecdh = createPublicKey(createPrivateKey((await ok(read('ecdh/private_key', token))).body.value)).export({
      format: 'jwk',
    })
    expect(
      Buffer.concat([Buffer.from([4]), Buffer.from(ecdh.x ?? '', 'base64url'), Buffer.from(ecdh.y ?? '', 'base64url')]),
    ).toEqual(p256)

    const rotated = await ok(world.call('POST', `/v1/agents/${id}/rotate-identity-keys`, { token: owner.token }))
    expect(rotated.body.ssh_public_key).not.toBe(agent.ssh_public_key)
    expect(rotated.body.ecdh_public_key).not.toBe(agent.ecdh_public_key)
    const next = (await ok(read('ssh/private_key', token))).body
    expect(next.version).toBe(2)
    const now = createPublicKey(createPrivateKey(next.value)).export({ format: 'jwk' }).x ?? ''
    expect(Buffer.from(now, 'base64url').toString('base64')).toBe(rotated.body.ssh_public_key)
  })

  it('is kept in a vault that cannot be deleted, nor made by hand', async () => {
    const vault = (await ok(keyVault(owner))).body.vault_id
    expect((await world.call('DELETE', `/v1/vaults/${vault}`, { token: owner.token })).status).toBe(403)
    const stranger = await world.signUp()
    expect((await world.call('POST', '/v1/vaults', { token: stranger.token, body: { name: '__agent-keys' } })).status).toBe(400)
    expect((await keyVault(stranger)).status).toBe(404)
    const [first, second] = await Promise.all([world.agent(stranger), world.agent(stranger)])
    expect(first.id).not.toBe(second.id)
    expect((await ok(keyVault(stranger))).body.vault_id).not.toBe(vault)
  })

  it('is no way for an agent with the intents API to see a key', async () => {
    const agent = await world.agent(owner, { intents_api_enabled: true })
    const vault = (await ok(keyVault(owner))).body.vault_id
    await world.policy(owner, vault, agent, `agents/${agent.id}/**`, ['read'])
    for (const kind of ['ssh', 'ecdh']) {
      const url = `/v1/vaults/${vault}/secrets/agents/${agent.id}/${kind}/private_key`
      expect((await world.call('GET', url, { token: agent.token })).status).toBe(403)
    }
  })
})

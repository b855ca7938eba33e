import { createECDH, createPrivateKey, createPublicKey } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ENGINES } from '../../support/databases.ts'
import { makeWorld, ok, type TestUser, type World } from '../../support/world.ts'

/** What a PKCS#8 form of an Ed25519 key has before its seed (RFC 8410 §7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

function publicOfSeed(seed: Buffer): Buffer {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  return Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url')
}

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
    expect(listed.body.vaults).toMatchObject([{ id: vault, name: '__agent-keys' }])
    const id = agents[0]?.id ?? ''
    const { body: agent } = await ok(world.call('GET', `/v1/agents/${id}`, { token: owner.token }))
    const [ed25519, p256] = [Buffer.from(agent.ssh_public_key, 'base64'), Buffer.from(agent.ecdh_public_key, 'base64')]
    expect([ed25519.length, p256.length, p256[0]]).toEqual([32, 65, 4])

    const read = (path: string, token: string) => world.call('GET', `/v1/vaults/${vault}/secrets/agents/${id}/${path}`, { token })
    expect((await read('ssh/private_key', owner.token)).status).toBe(403)
    expect((await read('ssh/private_key', agents[1]?.token ?? '')).status).toBe(403)
    await world.policy(owner, vault, { id }, `agents/${id}/**`, ['read'])
    const token = agents[0]?.token ?? ''
    const [seed, scalar] = [
      Buffer.from((await ok(read('ssh/private_key', token))).body.value, 'base64'),
      Buffer.from((await ok(read('ecdh/private_key', token))).body.value, 'base64'),
    ]
    expect([seed.length, scalar.length]).toEqual([32, 32])
    expect(publicOfSeed(seed)).toEqual(ed25519)
    const ecdh = createECDH('prime256v1')
    ecdh.setPrivateKey(scalar)
    expect(ecdh.getPublicKey()).toEqual(p256)

    const rotated = await ok(world.call('POST', `/v1/agents/${id}/rotate-identity-keys`, { token: owner.token }))
    expect(rotated.body.ssh_public_key).not.toBe(agent.ssh_public_key)
    expect(rotated.body.ecdh_public_key).not.toBe(agent.ecdh_public_key)
    const next = (await ok(read('ssh/private_key', token))).body
    expect(next.version).toBe(2)
    expect(publicOfSeed(Buffer.from(next.value, 'base64')).toString('base64')).toBe(rotated.body.ssh_public_key)
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

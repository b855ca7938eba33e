import { createECDH, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { allEvents } from '../../support/rows.ts'
import { ok, type TestUser } from '../../support/world.ts'

/** The prefix of the seed in the PKCS#8 form of an Ed25519 key (RFC 8410 §7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

function publicOfSeed(seed: Buffer): Buffer {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  return Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url')
}

describe.each(onEngines(testsOn))('the identity of an agent on $engine', ({ it: base }) => {
  const it = base.extend('calls', ({ world }) => {
    const keyVault = async (user: TestUser) => world.call('GET', '/v1/org/agent-keys-vault', { token: user.token })
    return { keyVault }
  })

  it('consists of two key pairs, whose private halves are in a vault of the server', async ({
    world,
    owner,
    calls: { keyVault },
  }) => {
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

  it('can be rotated by several people at once, one after the other', { repeats: 10 }, async ({
    world,
    owner,
    calls: { keyVault },
  }) => {
    const { id } = await world.agent(owner)
    const rotate = () => world.call('POST', `/v1/agents/${id}/rotate-identity-keys`, { token: owner.token })
    const replies = await Promise.all(Array.from({ length: 4 }, rotate))
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    const vault = (await ok(keyVault(owner))).body.vault_id
    await world.policy(owner, vault, { id: owner.id }, `agents/${id}/**`, ['read'], { principal_type: 'user' })
    const url = `/v1/vaults/${vault}/secrets/agents/${id}/ssh/private_key`
    const { value, version } = (await ok(world.call('GET', url, { token: owner.token }))).body
    expect(version).toBe(5)
    const { body } = await ok(world.call('GET', `/v1/agents/${id}`, { token: owner.token }))
    expect(publicOfSeed(Buffer.from(value, 'base64')).toString('base64')).toBe(body.ssh_public_key)
  })

  it('is converted from PEM to 32 bytes in the same versions, leaving other values alone', async ({
    world,
    owner,
    calls: { keyVault },
  }) => {
    const { id } = await world.agent(owner)
    const vault = (await ok(keyVault(owner))).body.vault_id
    const mine = { principal_type: 'user' }
    await world.policy(owner, vault, { id: owner.id }, `agents/${id}/**`, ['read', 'write'], mine)
    const pairs = [generateKeyPairSync('ed25519'), generateKeyPairSync('ec', { namedCurve: 'P-256' })] as const
    const halves = pairs.map(({ privateKey }) => ({
      pem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      raw: Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url').toString('base64'),
    }))
    const text = 'not a key, though it is longer than one, and a person has written it here'.repeat(2)
    const values = [halves[0]?.pem, halves[1]?.pem, text] as const
    const paths = ['ssh', 'ecdh', 'own'].map(kind => `agents/${id}/${kind}/private_key`)
    // Twice, so an older version is also in the old form.
    for (const type of ['ssh_key', 'private_key'])
      for (const [index, path] of paths.entries()) await world.put(owner, vault, path, values[index] ?? '', { type })

    await world.server.services.identityEncoding.convertAll()
    await world.server.services.identityEncoding.convertAll()
    const read = async (url: string) => {
      const { value, version } = (await ok(world.call('GET', `/v1/vaults/${vault}/${url}`, { token: owner.token }))).body
      return [version, value]
    }
    expect([await read(`secrets/${paths[0]}`), await read(`secret-version/${paths[0]}/2`)]).toEqual([
      [3, halves[0]?.raw],
      [2, halves[0]?.raw],
    ])
    expect(await read(`secrets/${paths[1]}`)).toEqual([3, halves[1]?.raw])
    expect(await read(`secrets/${paths[2]}`)).toEqual([2, text])
    const changes = (await allEvents(world)).filter(({ details }) => details?.['change'] === 'encoding')
    expect(changes.map(({ details }) => `${details?.['path']} ${details?.['version']}`).toSorted()).toEqual(
      [paths[0], paths[1]].flatMap(path => [`${path} 2`, `${path} 3`]).toSorted(),
    )
  })

  it('is kept in a vault that can be neither deleted nor created by hand', async ({ world, owner, calls: { keyVault } }) => {
    const vault = (await ok(keyVault(owner))).body.vault_id
    expect((await world.call('DELETE', `/v1/vaults/${vault}`, { token: owner.token })).status).toBe(403)
    const stranger = await world.signUp()
    expect((await world.call('POST', '/v1/vaults', { token: stranger.token, body: { name: '__agent-keys' } })).status).toBe(400)
    expect((await keyVault(stranger)).status).toBe(404)
    const [first, second] = await Promise.all([world.agent(stranger), world.agent(stranger)])
    expect(first.id).not.toBe(second.id)
    expect((await ok(keyVault(stranger))).body.vault_id).not.toBe(vault)
  })

  it('does not let an agent with the intents API see a key', async ({ world, owner, calls: { keyVault } }) => {
    const agent = await world.agent(owner, { intents_api_enabled: true })
    const vault = (await ok(keyVault(owner))).body.vault_id
    await world.policy(owner, vault, agent, `agents/${agent.id}/**`, ['read'])
    for (const kind of ['ssh', 'ecdh']) {
      const url = `/v1/vaults/${vault}/secrets/agents/${agent.id}/${kind}/private_key`
      expect((await world.call('GET', url, { token: agent.token })).status).toBe(403)
    }
  })
})

import { recoverTransactionAddress } from 'viem'
import { describe, expect } from 'vitest'
import type { Config } from '../../../server/config/config.ts'
import { anvilOf, chainTestsOn, started } from '../../support/fixtures.ts'
import { ETHER, until } from '../../support/intents.ts'
import { makeSoftHsm } from '../../support/softhsm.ts'
import { ok } from '../../support/world.ts'

const CHAIN = 'test-31370'
const PATH = `keys/${CHAIN}-signer`
const SOMEBODY = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const PAY = { to: SOMEBODY, value: '0.01', chain: CHAIN }

const providers = ['software', 'pkcs11'].map(provider => ({
  provider,
  it: chainTestsOn('sqlite')
    .extend(
      'hsm',
      { scope: 'file' },
      started(makeSoftHsm, hsm => hsm.remove()),
    )
    .extend('token', { scope: 'file' }, ({ hsm }) => hsm.addToken())
    .extend(
      'settings',
      { scope: 'file' },
      ({ token }): Partial<Config> =>
        provider === 'pkcs11' ? { keystore: 'pkcs11', pkcs11: { ...token, mode: 'per-vault' } } : {},
    )
    .extend('anvil', { scope: 'file' }, anvilOf({ chainId: 31_370 }))
    .extend('chains', { scope: 'file' }, ({ anvil }) => [anvil])
    .extend('agent', { scope: 'file', auto: true }, async ({ world, vaultId }) => {
      const agent = await world.agent(world.owner, { intents_api_enabled: true, tx_sign_any_nonce: true })
      await world.policy(world.owner, vaultId, agent, 'keys/*', ['read'])
      return agent
    })
    .extend('calls', ({ world, vaultId }) => {
      const create = (token: string, path: string) => world.call('POST', `/v1/vaults/${vaultId}/signing-keys/${path}`, { token })
      return { create }
    }),
}))

describe.each(providers)('a key that never leaves the key provider ($provider)', ({ provider, it }) => {
  let address: string

  it('is created by a principal that can write there', async ({ world, agent, vaultId, calls: { create } }) => {
    expect((await create(agent.token, PATH)).status).toBe(403)
    const made = await create(world.owner.token, PATH)
    expect(made).toMatchObject({ status: 201, body: { path: PATH, type: 'private_key', version: 1, provider } })
    expect(made.body.public_key).toMatch(/^0x04[0-9a-f]{128}$/)
    address = made.body.address
    const { events } = (await ok(world.call('GET', '/v1/audit/events?action=key.create', { token: world.owner.token }))).body
    expect(events[0]).toMatchObject({ details: { path: PATH, address } })
    const { secrets } = (await ok(world.call('GET', `/v1/vaults/${vaultId}/secrets?include=usage`, { token: world.owner.token })))
      .body
    const metadata = { address, key_provider: provider }
    expect(secrets).toMatchObject([{ path: PATH, type: 'private_key', metadata, held_by_provider: true }])
  })

  it('cannot be set by metadata, which any writer can invent', async ({ world, vaultId }) => {
    const { token } = world.owner
    const body = { value: `0x${'11'.repeat(32)}`, type: 'private_key', metadata: { address, key_provider: provider } }
    const url = `/v1/vaults/${vaultId}`
    await ok(world.call('PUT', `${url}/secrets/made-up`, { token, body }))
    const { versions } = (await ok(world.call('GET', `${url}/secret-versions/made-up?include=usage`, { token }))).body
    expect(versions).toHaveLength(1)
    expect(versions[0]).not.toHaveProperty('held_by_provider')
    await ok(world.call('DELETE', `${url}/secrets/made-up`, { token }))
  })

  it('signs transactions that the chain accepts', async ({ anvil, world, agent }) => {
    await anvil.rpc('anvil_setBalance', address, `0x${ETHER.toString(16)}`)
    const replies = await Promise.all(Array.from({ length: 8 }, () => world.submit(agent, PAY)))
    for (const { status, body } of replies) {
      expect([status, body.status, body.from]).toEqual([201, 'broadcast', address])
      expect(await recoverTransactionAddress({ serializedTransaction: body.signed_tx })).toBe(address)
    }
    await until(async () => Number(await anvil.rpc('eth_getTransactionCount', address, 'latest')) === 8, 'all are mined')
    const legacy = (await ok(world.sign(agent, { ...PAY, gas_price: '3000000000' }))).body
    expect(await recoverTransactionAddress({ serializedTransaction: legacy.signed_tx })).toBe(address)
  })

  it('is shown by no route', async ({ world, vaultId }) => {
    const reads = [
      ['GET', `/v1/vaults/${vaultId}/secrets/${PATH}`],
      ['GET', `/v1/vaults/${vaultId}/secret-version/${PATH}/1`],
      ['POST', `/v1/vaults/${vaultId}/secret-values`],
    ] as const
    const { secrets } = (await ok(world.call('GET', `/v1/vaults/${vaultId}/secrets?include=usage`, { token: world.owner.token })))
      .body
    const share = await world.call('POST', `/v1/secrets/${secrets[0].id}/share`, {
      token: world.owner.token,
      body: { recipient_type: 'anyone_with_link', expires_at: new Date(Date.now() + 60_000).toISOString() },
    })
    const replies = [share]
    for (const [method, url] of reads) {
      const body = method === 'POST' ? { body: { paths: [PATH] } } : {}
      replies.push(await world.call(method, url, { token: world.owner.token, ...body }))
    }
    for (const reply of replies) {
      expect([reply.status, reply.body.detail]).toEqual([403, expect.stringContaining('never leaves the key provider')])
    }
    const all = await ok(
      world.call('POST', `/v1/vaults/${vaultId}/secret-values`, { token: world.owner.token, body: { prefix: '' } }),
    )
    expect(all.body.secrets).toEqual([])
  })

  it('cannot be overwritten, because its account would be lost', async ({
    hsm,
    token,
    world,
    agent,
    vaultId,
    calls: { create },
  }) => {
    const as = { token: world.owner.token }
    const body = { value: `0x${'11'.repeat(32)}` }
    const attempts = [
      await world.call('PUT', `/v1/vaults/${vaultId}/secrets/${PATH}`, { ...as, body }),
      await world.call('POST', `/v1/vaults/${vaultId}/secret-rotate/${PATH}`, { ...as, body: {} }),
      await create(as.token, PATH),
    ]
    for (const { status, body } of attempts) {
      expect([status, body.detail]).toEqual([409, expect.stringContaining('never leaves the key provider')])
    }
    expect((await ok(world.sign(agent, PAY))).body.from).toBe(address)
    // The key that was created for the third attempt no longer exists.
    const inToken = (await hsm.tool(token, '--list-objects', '--type', 'privkey')).match(/label: +1claw-tx-/g) ?? []
    expect(inToken).toHaveLength(provider === 'pkcs11' ? 1 : 0)
  })

  it('stops working with its secret, and is destroyed with its vault', async ({ world, agent, vaultId }) => {
    await ok(world.call('DELETE', `/v1/vaults/${vaultId}/secrets/${PATH}`, { token: world.owner.token }))
    expect((await world.sign(agent, PAY)).status).toBe(410)
    // After a deletion another value can follow; the version before is not changed.
    await world.put(world.owner, vaultId, PATH, `0x${'11'.repeat(32)}`, { type: 'private_key' })
    expect((await world.sign(agent, PAY)).body.detail).toContain('insufficient funds')
    const old = await world.call('GET', `/v1/vaults/${vaultId}/secret-version/${PATH}/1`, { token: world.owner.token })
    expect(old.status).toBe(403)
    const rows = () => world.server.database.read(({ signingKeys }) => signingKeys.orphaned('', 10))
    expect(await rows()).toEqual([])
    await ok(world.call('DELETE', `/v1/vaults/${vaultId}`, { token: world.owner.token }))
    // It can still be restored.
    expect(await rows()).toEqual([])
    await ok(world.call('DELETE', `/v1/deleted-vaults/${vaultId}`, { token: world.owner.token }))
    const [key] = await rows()
    if (!key) throw new Error('The key of the deleted vault is not known any more.')
    expect((await world.server.services.keyring.signDigest(key, new Uint8Array(32))).length).toBe(64)
    expect(await world.server.services.providerKeys.destroyOrphaned()).toBe(1)
    expect(await rows()).toEqual([])
    if (provider === 'pkcs11') {
      await expect(world.server.services.keyring.signDigest(key, new Uint8Array(32))).rejects.toMatchObject({ code: 'internal' })
    }
  })
})

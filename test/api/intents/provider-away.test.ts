import { describe, expect } from 'vitest'
import type { Config } from '../../../server/config/config.ts'
import { chainTestsOn, started } from '../../support/fixtures.ts'
import { until } from '../../support/intents.ts'
import { makeSoftHsm } from '../../support/softhsm.ts'
import { ok } from '../../support/world.ts'

/** These requests do not contact the chain. */
const SIGN = {
  to: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  value: '0.01',
  chain: 'ethereum',
  gas_limit: 21_000,
  gas_price: '1000000000',
}
const COUNTED = 0.010021

const it = chainTestsOn('sqlite')
  .extend(
    'hsm',
    { scope: 'file' },
    started(
      () => makeSoftHsm(),
      hsm => hsm.remove(),
    ),
  )
  .extend('token', { scope: 'file' }, ({ hsm }) => hsm.addToken())
  .extend(
    'settings',
    { scope: 'file' },
    ({ token }): Partial<Config> => ({ keystore: 'pkcs11', pkcs11: { ...token, mode: 'per-vault' } }),
  )
  .extend('scene', { scope: 'file', auto: true }, async ({ world, vaultId }) => {
    const agent = await world.agent(world.owner, {
      intents_api_enabled: true,
      tx_sign_any_nonce: true,
      tx_daily_limit_eth: String(3 * COUNTED),
    })
    await world.policy(world.owner, vaultId, agent, 'keys/*', ['read'])
    await ok(world.call('POST', `/v1/vaults/${vaultId}/signing-keys/keys/ethereum-signer`, { token: world.owner.token }))
    return { agent }
  })
  .extend('calls', ({ hsm, token }) => {
    const keysInToken = async () =>
      ((await hsm.tool(token, '--list-objects', '--type', 'privkey')).match(/label: +1claw-tx-/g) ?? []).length
    return { keysInToken }
  })

describe('a token that goes away', () => {
  it('signs nothing, and loses neither allowance nor key', async ({ world, hsm, scene: { agent } }) => {
    expect((await world.sign(agent, { ...SIGN, nonce: 0 })).status).toBe(200)
    await hsm.unplug()
    for (let nonce = 1; nonce < 8; nonce++) expect((await world.sign(agent, { ...SIGN, nonce })).status).toBe(503)
    await hsm.plugIn()
    await until(async () => (await world.sign(agent, { ...SIGN, nonce: 10 })).status === 200, 'the token is back')
    expect((await ok(world.sign(agent, { ...SIGN, nonce: 11 }))).body.remaining_daily_allowance_eth).toBe('0')
    const failed = await world.transactions(agent, '?status=failed&include_signed_tx=1')
    expect(failed.length).toBeGreaterThanOrEqual(7)
    expect(failed.filter(each => each.signed_tx ?? each.tx_hash)).toEqual([])
  })

  it('keeps the keys of a purged vault on the list until they are destroyed', async ({
    world,
    vaultId,
    hsm,
    calls: { keysInToken },
  }) => {
    const { keyring, providerKeys } = world.server.services
    await ok(world.call('DELETE', `/v1/vaults/${vaultId}?purge=true`, { token: world.owner.token }))
    await hsm.unplug()
    await expect(providerKeys.destroyOrphaned()).rejects.toMatchObject({ code: 'keys.unavailable' })
    await hsm.plugIn()
    expect(await keysInToken()).toBe(1)
    await until(async () => (await keyring.status()).status === 'ok', 'the token is back')
    expect(await providerKeys.destroyOrphaned()).toBe(1)
    expect(await keysInToken()).toBe(0)
  })
})

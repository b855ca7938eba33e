import { describe, expect } from 'vitest'
import { anvilOf, chainTestsOn, onEngines } from '../../support/fixtures.ts'
import { eventsFromNow } from '../../support/rows.ts'
import { ok } from '../../support/world.ts'

const MOST = 256
const PAY = {
  ...{ to: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8', value: '0', chain: 'test-31367', gas_limit: 21_000 },
  ...{ gas_price: '1', signing_key_path: 'keys/hot' },
}

const engines = onEngines(engine =>
  chainTestsOn(engine)
    .extend('anvil', { scope: 'file' }, anvilOf({ chainId: 31_367 }))
    .extend('chains', { scope: 'file' }, ({ anvil }) => [anvil]),
)

describe.each(engines)('signatures that an agent has not used, on $engine', ({ it }) => {
  it('are limited, and the denial names its rule in the log', { timeout: 120_000 }, async ({ world }) => {
    const agent = await world.agent(world.owner, { intents_api_enabled: true, tx_sign_any_nonce: true })
    const vaultId = await world.vault(world.owner)
    await world.put(world.owner, vaultId, PAY.signing_key_path, `0x${'ab'.repeat(32)}`, { type: 'private_key' })
    await world.policy(world.owner, vaultId, agent, PAY.signing_key_path, ['read'])
    for (let nonce = 0; nonce < MOST; nonce++) await ok(world.sign(agent, { ...PAY, nonce }))
    const added = await eventsFromNow(world)
    const reply = await world.sign(agent, { ...PAY, nonce: MOST })
    expect(reply).toMatchObject({ status: 403, body: { detail: expect.stringContaining('are not used yet') } })
    await world.server.services.log.drain()
    const denied = (await added()).filter(({ details }) => details['outcome'] === 'denied')
    expect(denied.map(({ details }) => details['rule'])).toEqual(['outstanding-signatures'])
  })
})

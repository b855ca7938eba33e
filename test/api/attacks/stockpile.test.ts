import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Anvil, startAnvil } from '../../support/anvil.ts'
import { ENGINES } from '../../support/databases.ts'
import { type IntentWorld, makeIntentWorld, until } from '../../support/intents.ts'
import { ok } from '../../support/world.ts'

const HOUR = 3_600_000
const PAY = { to: '0x00000000219ab540356cBB839Cbe05303d7705Fa', value: '0.9', chain: 'test-31337', gas_limit: 21_000 }

describe.each(ENGINES)('a daily limit, on %s', engine => {
  let world: IntentWorld
  let anvil: Anvil
  beforeAll(async () => {
    anvil = await startAnvil()
    world = await makeIntentWorld(engine, [anvil])
  })
  afterAll(async () => {
    await world?.close()
    await anvil?.stop()
  })

  it('cannot be stockpiled: a signature that was handed out counts until it is used or displaced', async () => {
    const made = await world.signingAgent(anvil, { tx_daily_limit_eth: '1' })
    const agent = { ...made, token: made.key }
    const first = (await ok(world.sign(agent, PAY))).body
    const round = () => world.server.services.following.round()
    for (const hours of [0.2, 13, 13, 24]) {
      world.advance(hours * HOUR)
      await round()
    }
    const second = await world.sign(agent, PAY)
    expect([second.status, second.body.detail]).toEqual([403, expect.stringContaining('tx_daily_limit_eth')])
    await anvil.rpc('eth_sendRawTransaction', first.signed_tx)
    await until(async () => (await anvil.rpc('eth_getTransactionReceipt', first.tx_hash)) !== null, 'it is mined')
    world.advance(2 * HOUR)
    await round()
    expect((await world.sign(agent, PAY)).status).toBe(200)
  })
})

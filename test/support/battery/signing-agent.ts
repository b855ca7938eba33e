import { randomBytes } from 'node:crypto'
import { rpcOf } from '../anvil.ts'
import { SHARED_CHAIN } from '../shared.ts'
import { sharedThing } from '../shared-thing.ts'
import { ok, type TestAgent, type TestUser, type World } from '../world.ts'

const TO = '0x00000000219ab540356cBB839Cbe05303d7705Fa'
export const TRANSFER = { to: TO, value: '0.001', chain: 'battery' }

/** The servers that know the chain, which a whole run shares. */
const knowing = new WeakMap<World['server'], Promise<string>>()

/** The URL of the chain, which the server knows from then on. */
function chainOf(world: World, admin: TestUser): Promise<string> {
  const known = knowing.get(world.server)
  if (known) return known
  const added = sharedThing('anvil').then(async url => {
    const body = { name: 'battery', display_name: 'Battery', chain_id: SHARED_CHAIN, rpc_url: url, is_testnet: true }
    await ok(world.call('POST', '/v1/admin/chains', { token: admin.token, body }))
    return url
  })
  knowing.set(world.server, added)
  return added
}

/** An agent of the owner that can sign on the battery's chain, with funds. */
export async function signingAgent(world: World, admin: TestUser, owner: TestUser): Promise<TestAgent> {
  const rpc = rpcOf(await chainOf(world, admin))
  const agent = await world.agent(owner, { intents_api_enabled: true, message_signing_enabled: true })
  const vaultId = await world.vault(owner)
  await world.put(owner, vaultId, 'keys/battery-signer', `0x${randomBytes(32).toString('hex')}`, { type: 'private_key' })
  await world.policy(owner, vaultId, agent, 'keys/*', ['read'])
  // A signature reveals the address of the key; the signature itself is discarded.
  const transfer = { ...TRANSFER, gas_limit: 21_000, gas_price: '1000000000', nonce: 0 }
  const signed = await ok(world.call('POST', `/v1/agents/${agent.id}/transactions/sign`, { token: agent.token, body: transfer }))
  await rpc('anvil_setBalance', signed.body.from, '0x56bc75e2d63100000')
  return agent
}

/** The id of a transaction that the agent has submitted. */
export async function transactionOf(world: World, agent: { id: string; token: string }): Promise<string> {
  const url = `/v1/agents/${agent.id}/transactions`
  return (await ok(world.call('POST', url, { token: agent.token, body: TRANSFER }))).body.id
}

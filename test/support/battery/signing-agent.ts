import { randomBytes } from 'node:crypto'
import { type Anvil, startAnvil } from '../anvil.ts'
import { ok, type TestAgent, type TestUser, type World } from '../world.ts'

const CHAIN_ID = 31_337
const TO = '0x00000000219ab540356cBB839Cbe05303d7705Fa'
export const TRANSFER = { to: TO, value: '0.001', chain: 'battery' }

/** One chain for each world, started at its first use; it ends with the process. */
const chains = new WeakMap<World['server'], Promise<Anvil>>()

function anvilOf(world: World, admin: TestUser): Promise<Anvil> {
  const known = chains.get(world.server)
  if (known) return known
  const started = startAnvil({ chainId: CHAIN_ID }).then(async anvil => {
    const body = { name: 'battery', display_name: 'Battery', chain_id: CHAIN_ID, rpc_url: anvil.url, is_testnet: true }
    await ok(world.call('POST', '/v1/admin/chains', { token: admin.token, body }))
    return anvil
  })
  chains.set(world.server, started)
  return started
}

/** An agent of the owner's that may sign on the battery's chain, with funds. */
export async function signingAgent(world: World, admin: TestUser, owner: TestUser): Promise<TestAgent> {
  const { rpc } = await anvilOf(world, admin)
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

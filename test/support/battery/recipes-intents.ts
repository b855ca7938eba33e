import { randomBytes, randomInt } from 'node:crypto'
import { type Anvil, startAnvil } from '../anvil.ts'
import { ok, type TestAgent, type TestUser, type World } from '../world.ts'
import type { Recipes } from './recipe.ts'
import type { Scene } from './scene.ts'

const CHAIN_ID = 31_337
const TO = '0x00000000219ab540356cBB839Cbe05303d7705Fa'
const TRANSFER = { to: TO, value: '0.001', chain: 'battery' }

/** Chains, and the transactions of agents on one. */
export const intentRecipes: Recipes = {
  'chains.list': { good: () => ({}) },
  'chains.get': { good: () => ({ params: { identifier: 'ethereum' } }) },
  'chains.admin-list': { good: () => ({}) },
  'chains.create': { good: () => ({ body: newChain() }) },
  'chains.update': {
    good: async scene => ({ params: { chain_id: await chainOf(scene) }, body: { display_name: 'Renamed', is_enabled: false } }),
    everywhere: true,
  },
  'chains.delete': { good: async scene => ({ params: { chain_id: await chainOf(scene) } }), everywhere: true },
  'intents.create-key': {
    good: ({ vaultId }) => ({ params: { vault_id: vaultId, path: `keys/battery-${randomInt(1_000_000_000)}` } }),
  },
  'intents.submit': { good: async scene => ({ ...(await signing(scene)), body: { ...TRANSFER, mode: 'eoa' } }) },
  'intents.list': { good: async scene => ({ ...(await signing(scene)), query: '?include_signed_tx=true' }) },
  'intents.sign': { good: async scene => ({ ...(await signing(scene)), body: { ...TRANSFER, data: '0x', gas_limit: 50_000 } }) },
  'intents.simulate': { good: async scene => ({ ...(await signing(scene)), body: TRANSFER }) },
  'intents.simulate-bundle': { good: async scene => ({ ...(await signing(scene)), body: { transactions: [TRANSFER] } }) },
  'intents.get': {
    good: async scene => {
      const { params, token } = await signing(scene)
      return { params: { ...params, tx_id: await transactionOf(scene.world, { id: params.agent_id, token }) }, token }
    },
  },
}

function newChain() {
  const chain_id = randomInt(1_000_000, 2_000_000_000)
  return { name: `chain-${chain_id}`, display_name: 'Battery', chain_id, rpc_url: 'http://127.0.0.1:1', is_testnet: true }
}

async function chainOf({ world, owner }: Scene): Promise<string> {
  return (await ok(world.call('POST', '/v1/admin/chains', { token: owner.token, body: newChain() }))).body.id
}

/** One chain for each world, from when it is first needed; it ends with the process. */
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
  const agent = await world.agent(owner, { intents_api_enabled: true })
  const vaultId = await world.vault(owner)
  await world.put(owner, vaultId, 'keys/battery-signer', `0x${randomBytes(32).toString('hex')}`, { type: 'private_key' })
  await world.policy(owner, vaultId, agent, 'keys/*', ['read'])
  // Signing tells the address of the key; what is signed is thrown away.
  const transfer = { ...TRANSFER, gas_limit: 21_000, gas_price: '1000000000', nonce: 0 }
  const signed = await ok(world.call('POST', `/v1/agents/${agent.id}/transactions/sign`, { token: agent.token, body: transfer }))
  await rpc('anvil_setBalance', signed.body.from, '0x56bc75e2d63100000')
  return agent
}

async function signing({ world, owner }: Scene) {
  const agent = await signingAgent(world, owner, owner)
  return { params: { agent_id: agent.id }, token: agent.token }
}

/** The id of a transaction that the agent has submitted. */
export async function transactionOf(world: World, agent: { id: string; token: string }): Promise<string> {
  const url = `/v1/agents/${agent.id}/transactions`
  return (await ok(world.call('POST', url, { token: agent.token, body: TRANSFER }))).body.id
}

import { randomInt } from 'node:crypto'
import { ok } from '../world.ts'
import type { Recipes } from './recipe.ts'
import type { Scene } from './scene.ts'
import { signingAgent, TRANSFER, transactionOf } from './signing-agent.ts'

/** Chains, and the transactions of agents on one. */
export const intentRecipes: Recipes = {
  'chains.list': { good: () => ({}) },
  'chains.get': { good: () => ({ params: { identifier: 'ethereum' } }) },
  'chains.balance': {
    good: async scene => {
      await signing(scene)
      return { params: { identifier: TRANSFER.chain, address: TRANSFER.to } }
    },
  },
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
  'agents.spending': { good: () => ({ query: '?from=2026-03-01&to=2026-03-31&limit=5' }), anyone: true },
  'intents.sign': {
    good: async scene => ({ ...(await signing(scene)), body: { ...TRANSFER, data: '0x', gas_limit: 50_000, nonce: 0 } }),
  },
  'intents.sign-message': {
    good: async scene => ({
      ...(await signing(scene)),
      body: { intent_type: 'personal_sign', chain: 'battery', message: 'hello' },
    }),
  },
  'intents.sign-payment': {
    good: async scene => {
      const agent = await signing(scene)
      await takePayments(scene, agent.params)
      return { ...agent, body: { amount: '1500' } }
    },
  },
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

async function signing({ world, owner }: Scene) {
  const agent = await signingAgent(world, owner, owner)
  return { params: { agent_id: agent.id }, token: agent.token }
}

/** The server accepts payments in a token on the agents' chain, and this agent can sign for that token. */
async function takePayments({ world, owner: { token } }: Scene, { agent_id }: { agent_id: string }): Promise<void> {
  const x402 = { pay_to: TRANSFER.to, network: 'eip155:31337', scheme: 'exact', facilitator_url: 'http://127.0.0.1:1' }
  await ok(world.call('PUT', '/v1/admin/x402', { token, body: x402 }))
  const value = `${TRANSFER.to},Battery,1`
  await ok(world.call('PUT', '/v1/admin/settings/billing.x402_asset', { token, body: { value } }))
  await ok(world.call('PATCH', `/v1/agents/${agent_id}`, { token, body: { eip712_default_policy: 'allow' } }))
}

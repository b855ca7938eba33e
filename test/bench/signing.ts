import { randomBytes, randomUUID } from 'node:crypto'
import { bearer } from '../../src/client/auth.ts'
import { type Client, createClient } from '../../src/client/client.ts'
import { undiciTransport } from '../../src/client/transport-undici.ts'
import { startAnvil } from '../support/anvil.ts'
import { type Load, load, type Requests } from './load.ts'
import type { Served } from './servers.ts'

const CHAIN_ID = 31_360
const TRANSFER = {
  to: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  value: '0.000001',
  chain: 'bench',
  gas_limit: 21_000,
  max_fee_per_gas: '2000000000',
  max_priority_fee_per_gas: '1000000000',
}

/** An account can have at most 256 unused signatures, and here all are unused. */
const AGENTS = 64

/** Agents that sign on a separate chain, with the node that answers for it. */
export interface Signers {
  readonly requests: Requests
  stop(): Promise<void>
}

/**
 * Transactions signed by agents with guardrails; each reserves a nonce, and is durable and audited before it is returned. The server must
 * be new: its first account configures the chain.
 */
export async function loadSigning(server: Served, seconds: number): Promise<Load> {
  const transport = undiciTransport()
  const body = { email: `${randomUUID()}@example.com`, password: randomUUID() }
  const { access_token = '' } = await createClient({ baseUrl: server.url, transport }).call('auth.signup', { body })
  const signers = await makeSigners(createClient({ baseUrl: server.url, transport, auth: bearer(access_token) }))
  await load(server, 1, signers.requests)
  const figures = await load(server, seconds, signers.requests)
  await transport.close()
  await signers.stop()
  return figures
}

/** Configures the chain and creates its agents; `client` must be a platform administrator's. */
export async function makeSigners(client: Client): Promise<Signers> {
  const anvil = await startAnvil({ chainId: CHAIN_ID })
  await client.call('chains.create', { body: { name: 'bench', display_name: 'Bench', chain_id: CHAIN_ID, rpc_url: anvil.url } })
  const agents = await Promise.all(Array.from({ length: AGENTS }, (_, number) => signingAgent(client, number)))
  const agentOf = (n: number) => agents[n % AGENTS] ?? { id: '', key: '' }
  const path = (n: number) => `/v1/agents/${agentOf(n).id}/transactions/sign`
  const requests = { method: 'POST', token: (n: number) => agentOf(n).key, path, body: TRANSFER } as const
  return { requests, stop: () => anvil.stop() }
}

const GUARDS = {
  tx_daily_limit_eth: '1000000',
  tx_max_value_eth: '1',
  tx_to_allowlist: [TRANSFER.to],
  tx_allowed_chains: ['bench'],
  tx_sign_any_nonce: true,
}

/** An agent with its own vault, and so its own key and nonces. */
async function signingAgent(client: Client, number: number): Promise<{ id: string; key: string }> {
  const { id: vault_id } = await client.call('vaults.create', { body: { name: `bench ${number}` } })
  const { agent, api_key: key = '' } = await client.call('agents.register', {
    body: { name: `bench ${number}`, intents_api_enabled: true, ...GUARDS },
  })
  await client.call('secrets.put', {
    params: { vault_id, path: 'keys/bench-signer' },
    body: { value: `0x${randomBytes(32).toString('hex')}`, type: 'private_key' },
  })
  await client.call('policies.create', {
    params: { vault_id },
    body: { secret_path_pattern: 'keys/*', principal_type: 'agent', principal_id: agent.id, permissions: ['read'] },
  })
  return { id: agent.id, key }
}

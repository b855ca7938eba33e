import { randomBytes } from 'node:crypto'
import { privateKeyToAddress } from 'viem/accounts'
import type { Config } from '../../server/config/config.ts'
import type { Engine } from '../../server/db/database.ts'
import type { Anvil } from './anvil.ts'
import { type CallOptions, makeWorld, ok, type Reply, type TestAgent, type TestUser, type World } from './world.ts'

export const ETHER = 10n ** 18n

/** An agent that can sign with its own key on a chain. */
export interface SigningAgent extends TestAgent {
  readonly address: `0x${string}`
  readonly vaultId: string
  readonly keyPath: string
}

export type IntentWorld = Awaited<ReturnType<typeof makeIntentWorld>>

/** A server whose first user is a platform administrator. It knows the given chains as `test-<chain id>`. */
export async function makeIntentWorld(
  engine: Engine,
  chains: readonly Pick<Anvil, 'url' | 'chainId'>[],
  settings: Partial<Config> = {},
) {
  const world = await makeWorld(engine, settings)
  const owner = await world.signUp()
  for (const { url, chainId } of chains) await addChain(world, owner, chainId, url)

  /** An agent with a funded key at `keys/<name>`, by default at the path that its transactions use when they name none. */
  async function agent(anvil: Pick<Anvil, 'chainId' | 'rpc'>, more: object = {}, funds = 100n * ETHER): Promise<SigningAgent> {
    const made = await world.agent(owner, { intents_api_enabled: true, ...more })
    return { ...made, ...(await giveKey(made, anvil, funds)) }
  }

  async function giveKey(
    to: TestAgent,
    anvil: Pick<Anvil, 'chainId' | 'rpc'>,
    funds: bigint,
    key = `0x${randomBytes(32).toString('hex')}`,
  ) {
    const vaultId = await world.vault(owner)
    const keyPath = `keys/test-${anvil.chainId}-signer`
    await world.put(owner, vaultId, keyPath, key, { type: 'private_key' })
    await world.policy(owner, vaultId, to, keyPath, ['read'])
    const address = privateKeyToAddress(key as `0x${string}`)
    await anvil.rpc('anvil_setBalance', address, `0x${funds.toString(16)}`)
    return { vaultId, keyPath, address }
  }

  const post = (by: { id: string; token: string }, path: string, body: object, options: CallOptions = {}): Promise<Reply> =>
    world.call('POST', `/v1/agents/${by.id}/transactions${path}`, { token: by.token, body, ...options })

  return {
    ...world,
    owner,
    signingAgent: agent,
    giveKey,
    submit: (by: TestAgent, body: object, options?: CallOptions) => post(by, '', body, options),
    sign: (by: TestAgent, body: object, options?: CallOptions) => post(by, '/sign', body, options),
    simulate: (by: TestAgent, body: object, options?: CallOptions) => post(by, '/simulate', body, options),
    bundle: (by: TestAgent, transactions: readonly object[], options?: CallOptions) =>
      post(by, '/simulate-bundle', { transactions }, options),
    async transactions(by: TestAgent, query = '?include=details'): Promise<Reply['body'][]> {
      return (await ok(world.call('GET', `/v1/agents/${by.id}/transactions${query}`, { token: by.token }))).body.transactions
    },
    async transaction(by: TestAgent, id: string, query = ''): Promise<Reply['body']> {
      return (await ok(world.call('GET', `/v1/agents/${by.id}/transactions/${id}${query}`, { token: by.token }))).body
    },
    /** Changes a setting of the server, like an admin. */
    async setting(key: string, value: string): Promise<void> {
      await world.server.database.run(({ settings }) => settings.set(key, value, owner.id, Date.now()))
    },
  }
}

async function addChain(world: World, admin: TestUser, chainId: number, url: string): Promise<void> {
  const body = {
    name: `test-${chainId}`,
    display_name: `Test chain ${chainId}`,
    chain_id: chainId,
    rpc_url: url,
    is_testnet: true,
  }
  await ok(world.call('POST', '/v1/admin/chains', { token: admin.token, body }))
}

/** Waits until a condition is true, for at most a minute. */
export async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 60_000
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`This did not come about: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

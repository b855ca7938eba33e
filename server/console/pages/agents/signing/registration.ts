import type { Client } from '../../../../../src/client/client.ts'
import { Problem } from '../../../../../src/problem.ts'
import { problemOf } from '../../../failure.ts'
import type { Chain } from '../../intents/chains.ts'
import type { Agent } from '../agent.ts'
import type { Limits } from './limits.ts'

/** A key that was made for a future agent. */
export interface SigningKey {
  /** The name of the agent. */
  readonly name: string
  readonly chain: Chain
  readonly vault: { readonly id: string; readonly name: string }
  readonly path: string
  readonly address: string
}

export interface Registered {
  readonly agent: Agent
  readonly apiKey: string
}

/** The path where agents look for the key of a chain. */
function keyPath({ name }: Chain): string {
  return `keys/${name}-signer`
}

export type Registration = ReturnType<typeof registration>

/** Creates the things of the steps on the server. A step that failed half way continues from there when it is retried. */
export function registration() {
  const vaults = new Map<string, { id: string; name: string }>()
  let registered: Registered | undefined
  let isGranted = false

  async function newVault(client: Client, agent: string) {
    const name = `${agent} keys`
    const known = vaults.get(name)
    if (known) return known
    const description = `The signing key of the agent ${agent}.`
    const { id } = await client.call('vaults.create', { body: { name, description } })
    vaults.set(name, { id, name })
    return { id, name }
  }

  return {
    /** @param vault absent: a new one, for this key alone */
    async makeKey(client: Client, name: string, chain: Chain, vault?: { id: string; name: string }): Promise<SigningKey> {
      const path = keyPath(chain)
      if (vault && (await isTaken(client, vault.id, path)))
        throw new Problem(
          'resource.conflict',
          `The vault ${vault.name} has a key for ${chain.display_name} already, at ${path}. Choose another vault, or a new one.`,
        )
      const home = vault ?? (await newVault(client, name))
      const { address } = await client.call('intents.create-key', { params: { vault_id: home.id, path } })
      return { name, chain, vault: home, path, address }
    },

    /** Registers the agent, or changes its limits if it exists, and lets it use its key and nothing else. */
    async register(client: Client, { name, vault, path }: SigningKey, limits: Limits): Promise<Registered> {
      if (registered) {
        const agent = await client.call('agents.update', { params: { agent_id: registered.agent.id }, body: limits })
        registered = { ...registered, agent }
      } else {
        const { tx_max_value_eth: most, tx_daily_limit_eth: daily, ...rest } = limits
        const { agent, api_key: apiKey = '' } = await client.call('agents.register', {
          body: {
            name,
            intents_api_enabled: true,
            ...rest,
            ...(most !== null && { tx_max_value_eth: most }),
            ...(daily !== null && { tx_daily_limit_eth: daily }),
          },
        })
        registered = { agent, apiKey }
      }
      if (!isGranted) {
        const policy = { secret_path_pattern: path, principal_type: 'agent', principal_id: registered.agent.id } as const
        await client.call('policies.create', { params: { vault_id: vault.id }, body: { ...policy, permissions: ['read'] } })
        isGranted = true
      }
      return registered
    },
  }
}

/** Whether the path has a secret: a new key there would replace one that another agent signs with. */
async function isTaken(client: Client, vaultId: string, path: string): Promise<boolean> {
  try {
    await client.call('secrets.versions', { params: { vault_id: vaultId, path }, query: { limit: 1 } })
    return true
  } catch (thrown) {
    if (problemOf(thrown).status === 404) return false
    throw thrown
  }
}

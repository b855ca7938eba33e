import type { Client } from '../../../../../src/client/client.ts'
import { Problem } from '../../../../../src/problem.ts'
import { problemOf } from '../../../failure.ts'
import type { Chain } from '../../intents/chains.ts'
import type { Agent } from '../agent.ts'
import type { Limits } from './limits.ts'

/** A vault. */
interface Place {
  readonly id: string
  readonly name: string
}

/** A key that was made for a future agent. */
export interface SigningKey {
  /** The name of the agent. */
  readonly name: string
  readonly chain: Chain
  readonly vault: Place
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
  /** The new vaults, by the name of their agent. */
  const vaults = new Map<string, Place>()
  let registered: Registered | undefined
  let isGranted = false

  async function newVault(client: Client, agent: string) {
    const known = vaults.get(agent)
    if (known) return known
    const vault = await createdVault(client, agent)
    vaults.set(agent, vault)
    return vault
  }

  return {
    /** The key of the chain that the vault has already: a new one there would replace one that another agent can sign with. */
    async existingKey(client: Client, name: string, chain: Chain, vault: Place): Promise<SigningKey | undefined> {
      const path = keyPath(chain)
      const found = await newestAt(client, vault.id, path)
      if (!found) return undefined
      const address = found.metadata?.['address']
      if (typeof address !== 'string')
        throw new Problem('resource.conflict', `The vault ${vault.name} has another secret at ${path}. Choose another vault.`)
      return { name, chain, vault, path, address }
    },

    /** @param vault absent: a new one, for this key alone */
    async makeKey(client: Client, name: string, chain: Chain, vault?: Place): Promise<SigningKey> {
      const path = keyPath(chain)
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

/** The number of names that are tried for a new vault. */
const MOST_NAMES = 20

/** A new vault for the key of an agent. An earlier one of the same name, such as that of an abandoned registration, is not used. */
async function createdVault(client: Client, agent: string): Promise<Place> {
  const description = `The signing key of the agent ${agent}.`
  for (let number = 1; ; number++) {
    const name = number === 1 ? `${agent} keys` : `${agent} keys ${number}`
    try {
      const { id } = await client.call('vaults.create', { body: { name, description } })
      return { id, name }
    } catch (thrown) {
      if (problemOf(thrown).status !== 409 || number === MOST_NAMES) throw thrown
    }
  }
}

/** The newest version at the path; undefined without a secret there. */
async function newestAt(client: Client, vaultId: string, path: string) {
  try {
    const query = { limit: 1 }
    return (await client.call('secrets.versions', { params: { vault_id: vaultId, path }, query })).versions[0]
  } catch (thrown) {
    if (problemOf(thrown).status === 404) return undefined
    throw thrown
  }
}

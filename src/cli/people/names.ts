import type { Client } from '../../client/client.ts'
import type { Names } from '../output/principal-cell.ts'

const MOST = 200

/** Names of agents and addresses of members, as far as the caller may see them; of large organisations the first. */
export function namesFrom(client: Client): () => Promise<Names> {
  const query = { limit: MOST }
  return async () => {
    const [{ agents }, { members }] = await Promise.all([
      client.call('agents.list', { query }).catch(() => ({ agents: [] })),
      client.call('org.members', { query }).catch(() => ({ members: [] })),
    ])
    return new Map([
      ...agents.map(({ id, name }) => [id, name] as const),
      ...members.map(({ id, email }) => [id, email] as const),
    ])
  }
}

/** The same, with the names of vaults: the subjects of events. */
export function eventNamesFrom(client: Client): () => Promise<Names> {
  const actors = namesFrom(client)
  return async () => {
    const vaults = client.call('vaults.list', { query: { limit: MOST } }).catch(() => ({ vaults: [] }))
    return new Map([...(await actors()), ...(await vaults).vaults.map(({ id, name }) => [id, name] as const)])
  }
}

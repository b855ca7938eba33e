import type { Client } from '../../../client/client.ts'
import type { Item, ListId } from '../state.ts'

/** The number of items in one request. */
const PAGE = 500

interface Page {
  readonly items: readonly Item[]
  readonly next?: string | undefined
}

/** One page of a list. */
export async function pageOf(client: Client, list: ListId, cursor: string | undefined, signal: AbortSignal): Promise<Page> {
  const query = { limit: PAGE, ...(cursor !== undefined && { cursor }) }
  const options = { signal }
  switch (list.of) {
    case 'vaults': {
      const { vaults, next_cursor: next } = await client.call('vaults.list', { query }, options)
      return { items: vaults, next }
    }
    case 'agents': {
      const { agents, next_cursor: next } = await client.call('agents.list', { query }, options)
      return { items: agents, next }
    }
    case 'members': {
      // Agents cannot list them, so they see ids.
      const answer = client.call('org.members', { query }, options).catch(() => ({ members: [], next_cursor: undefined }))
      const { members, next_cursor: next } = await answer
      return { items: members, next }
    }
    case 'audit': {
      const { events, next_cursor: next } = await client.call('audit.events', { query: { ...query, order: 'desc' } }, options)
      return { items: events, next }
    }
    case 'secrets': {
      const params = { vault_id: list.vaultId }
      const { secrets, next_cursor: next } = await client.call('secrets.list', { params, query }, options)
      return { items: secrets, next }
    }
    case 'policies': {
      const params = { vault_id: list.vaultId }
      const { policies, next_cursor: next } = await client.call('policies.list', { params, query }, options)
      return { items: policies, next }
    }
    case 'versions': {
      const params = { vault_id: list.vaultId, path: list.path }
      const { versions, next_cursor: next } = await client.call(
        'secrets.versions',
        { params, query: { ...query, include: 'usage' } },
        options,
      )
      return { items: versions, next }
    }
    case 'access': {
      const params = { vault_id: list.vaultId }
      const asked = { ...query, path: list.path, permission: 'read' as const }
      const { principals, next_cursor: next } = await client.call('policies.access', { params, query: asked }, options)
      return { items: principals, next }
    }
  }
}

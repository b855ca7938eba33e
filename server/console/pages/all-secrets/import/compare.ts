import type { Client } from '../../../../../src/client/client.ts'
import { Problem } from '../../../../../src/problem.ts'
import type { Entry } from './entries-in.ts'

export type State = 'new' | 'changed' | 'same' | 'replaced'

export interface Compared extends Entry {
  readonly state: State
}

/** The effect of an import on each path. It reads existing values, which the audit log records. */
export async function compare(client: Client, vaultId: string, entries: readonly Entry[]): Promise<readonly Compared[]> {
  const params = { vault_id: vaultId }
  const known = await existing(client, vaultId)
  const there = entries.map(({ path }) => path).filter(path => known.has(path))
  const values = there.length === 0 ? new Map<string, string>() : await valuesOf(client, params, there)
  return entries.map(entry => {
    if (!known.has(entry.path)) return { ...entry, state: 'new' }
    const value = values?.get(entry.path)
    return { ...entry, state: value === undefined ? 'replaced' : value === entry.value ? 'same' : 'changed' }
  })
}

/** Paths that the person can see. */
async function existing(client: Client, vaultId: string): Promise<ReadonlySet<string>> {
  try {
    const paths = new Set<string>()
    for (let cursor: string | undefined; ; ) {
      const query = { limit: 1000, ...(cursor !== undefined && { cursor }) }
      const page = await client.call('secrets.list', { params: { vault_id: vaultId }, query })
      for (const { path } of page.secrets) paths.add(path)
      cursor = page.next_cursor
      if (cursor === undefined) return paths
    }
  } catch (error) {
    // A person who may write but not read sees nothing, and can still import.
    if (error instanceof Problem && error.code === 'policy.denied') return new Set()
    throw error
  }
}

/** Undefined if one of them cannot be read: then none is compared. */
async function valuesOf(client: Client, params: { vault_id: string }, paths: readonly string[]) {
  try {
    const { secrets } = await client.call('secrets.read-many', { params, body: { paths: [...paths] } })
    return new Map(secrets.map(({ path, value }) => [path, value]))
  } catch (error) {
    if (error instanceof Problem && ['policy.denied', 'resource.gone', 'request.too-large'].includes(error.code)) return undefined
    throw error
  }
}

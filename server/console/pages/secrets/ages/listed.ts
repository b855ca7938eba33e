import type { Client } from '../../../../../src/client/client.ts'
import type { Contract } from '../../../../../src/contract/all.ts'

export type Listed = Contract['secrets.list-all']['reply']['secrets'][number]

/** More than anyone looks through; the command line lists them all. */
const MOST = 20_000

interface AllSecrets {
  readonly secrets: readonly Listed[]
  /** There are more than are shown. */
  readonly more: boolean
}

/** The secrets of all vaults, or of one, page after page. */
export async function allSecrets(client: Client, vault?: string): Promise<AllSecrets> {
  const secrets: Listed[] = []
  const only = vault !== undefined && { vault_id: vault }
  for (let cursor: string | undefined; ; ) {
    const query = { limit: 1000, ...only, ...(cursor !== undefined && { cursor }) }
    const page = await client.call('secrets.list-all', { query })
    secrets.push(...page.secrets)
    cursor = page.next_cursor
    if (cursor === undefined) return { secrets: secrets.toSorted(byPlace), more: false }
    if (secrets.length >= MOST) return { secrets: secrets.toSorted(byPlace), more: true }
  }
}

function byPlace(one: Listed, other: Listed): number {
  return compare(one.vault_name, other.vault_name) || compare(one.path, other.path)
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

import type { Client } from '../../../../../src/client/client.ts'
import type { Contract } from '../../../../../src/contract/all.ts'

export type Listed = Contract['secrets.list-all']['reply']['secrets'][number]

/** More than anyone looks through; the command line lists them all. */
const MOST = 20_000

/** The secrets of all vaults, page after page, and whether there are more than are shown. */
export async function allSecrets(client: Client): Promise<{ readonly secrets: readonly Listed[]; readonly more: boolean }> {
  const secrets: Listed[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await client.call('secrets.list-all', { query: { limit: 1000, ...(cursor !== undefined && { cursor }) } })
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

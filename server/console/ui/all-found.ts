import type { Client } from '../../../src/client/client.ts'
import type { Contract } from '../../../src/contract/all.ts'

export type Found = Contract['search.find']['reply']['results'][number]

const PAGE = 5000
const MOST = 20_000

/**
 * The names of everything that the person may list, or of one kind, page by page. It stops after 20,000; `more` says that there are others.
 */
export async function allFound(client: Client, kinds?: Found['kind']): Promise<{ found: Found[]; more: boolean }> {
  const found: Found[] = []
  for (let cursor: string | undefined; ; ) {
    const query = { limit: PAGE, ...(kinds && { kinds }), ...(cursor !== undefined && { cursor }) }
    const page = await client.call('search.find', { query })
    found.push(...page.results)
    cursor = page.next_cursor
    if (cursor === undefined) return { found, more: false }
    if (found.length >= MOST) return { found, more: true }
  }
}

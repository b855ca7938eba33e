import type { OperationId } from '../contract/all.ts'

/**
 * Lists with pages. A call that does not ask for a page gets all of them, one after the other. Repeated here because the contract would
 * load zod in every command; a test keeps both equal.
 */
export const PAGED: ReadonlySet<string> = new Set<OperationId>([
  'access-requests.list',
  'account.export',
  'agents.list',
  'agents.spending',
  'api-keys.list',
  'ip-rules.list',
  'org.invitations',
  'org.list',
  'org.members',
  'policies.access',
  'policies.folder-access',
  'policies.list',
  'policies.of-agent',
  'search.find',
  'secrets.deleted',
  'secrets.deleted-all',
  'secrets.list',
  'secrets.list-all',
  'secrets.versions',
  'shares.inbound',
  'shares.outbound',
  'vaults.list',
])

/** The common shape of lists: arrays under some names, and where the next page starts. */
export interface Page extends Readonly<Record<string, unknown>> {
  next_cursor?: string
}

/** The first page with the items of all that follow; `page` fetches the one at a cursor. */
export async function withAllPages<R>(first: R & Page, page: (cursor: string) => Promise<R>): Promise<R> {
  const names = Object.keys(first).filter(name => Array.isArray(first[name]))
  const lists = names.map((name): [string, unknown[]] => [name, [...(first[name] as unknown[])]])
  const all = { ...first, ...Object.fromEntries(lists) }
  let next = first.next_cursor
  while (next !== undefined) {
    const reply = (await page(next)) as Page
    for (const [name, items] of lists) items.push(...(reply[name] as unknown[]))
    next = reply.next_cursor
  }
  delete all.next_cursor
  return all
}

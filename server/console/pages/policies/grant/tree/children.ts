import type { Client } from '../../../../../../src/client/client.ts'

/** A folder (its path, without the final slash) or a secret that is directly in another folder or in the vault itself. */
export interface Child {
  readonly kind: 'folder' | 'secret'
  readonly path: string
  /** The last segment of the path. */
  readonly name: string
}

export interface Children {
  readonly children: readonly Child[]
  /** Present while there are more. */
  readonly next_cursor?: string | undefined
}

/** Where a page begins: the cursor of the page before, and its last child, which can continue on this page. */
export interface PageStart {
  readonly cursor?: string | undefined
  readonly last?: Child | undefined
}

/** Secrets that one request asks for. */
const LIMIT = 500
/** A page ends at the first answer with which it has this many children… */
const ENOUGH = 100
/** …or after this many answers: a folder can have many secrets below it. */
const MOST_REQUESTS = 10

/** A page of the direct children of a folder (`''` is the vault itself), in the order of the server. */
export async function childrenIn(
  client: Client,
  vaultId: string,
  folder: string,
  { cursor, last }: PageStart,
): Promise<Children> {
  const prefix = folder === '' ? '' : `${folder}/`
  const children: Child[] = []
  let next = cursor
  for (let request = 0; request < MOST_REQUESTS; request++) {
    const query = { prefix, limit: LIMIT, ...(next !== undefined && { cursor: next }) }
    const page = await client.call('secrets.list', { params: { vault_id: vaultId }, query })
    for (const { path } of page.secrets) {
      const child = childOf(prefix, path)
      const before = children.at(-1) ?? last
      if (child.kind === 'secret' || before?.kind !== 'folder' || before.path !== child.path) children.push(child)
    }
    next = page.next_cursor
    if (next === undefined || children.length >= ENOUGH) break
  }
  return { children, next_cursor: next }
}

function childOf(prefix: string, path: string): Child {
  const [name = '', ...deeper] = path.slice(prefix.length).split('/')
  return { kind: deeper.length > 0 ? 'folder' : 'secret', path: prefix + name, name }
}

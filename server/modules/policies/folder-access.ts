import type { QueryOf, ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import type { folderAccess as endpoint } from '../../../src/contract/secrets/folder-access.ts'
import { Problem } from '../../../src/problem.ts'
import { invalidField } from '../../http/checks.ts'
import { PAGE_ITEMS, pageOf } from '../../http/paging.ts'
import { inSlices } from '../../http/slices.ts'
import { grantEvent } from '../../policy/event.ts'
import type { VaultPlace } from '../../policy/facts.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AccessDeps } from './access.ts'
import { checkAddress, decided } from './decisions.ts'
import { principalsOf } from './principals.ts'

type Reply = ReplyOf<typeof endpoint>

export type FolderAccess = ReturnType<typeof folderAccess>

/** The maximum number of secrets and folders in one query. */
const MOST_SECRETS = 5_000
const MOST_FOLDERS = 200
/** The maximum number of decisions in one page; the other principals are on the next. */
const MOST_DECISIONS = 250_000

/** The decision for everyone and every secret below a prefix, counted by folder. */
export function folderAccess({ database, record, clock }: Pick<AccessDeps, 'database' | 'record' | 'clock'>) {
  return async (grant: Grant<'policy.list'>, query: QueryOf<typeof endpoint>): Promise<Reply> => {
    const { prefix = '', permission = 'read', ip, ...paging } = query
    checkAddress(ip)
    if (prefix !== '' && !prefix.endsWith('/')) throw invalidField('prefix', 'must end with a slash')
    const { vault } = grant.resource
    const now = clock()
    const at = { ip: ip ?? grant.ip, now }
    const { paths, folders, folderOf } = await foldersIn(vault, prefix)
    const most = Math.max(1, Math.floor(MOST_DECISIONS / Math.max(1, paths.length)))
    const limit = Math.min(paging.limit ?? PAGE_ITEMS, most)
    const everybody = await principalsOf(database, grant.orgId, now)
    const { items, ...next } = pageOf(everybody, { ...paging, limit }, ({ who }) => `${who.type}:${who.id}`)
    const principals: Reply['principals'] = []
    for (const { name, ...asked } of items) {
      const secrets = folders.map(() => 0)
      await inSlices(paths, path => {
        const folder = folderOf(path)
        if (decided(vault, asked, permission, path, at).allowed) secrets[folder] = (secrets[folder] ?? 0) + 1
      })
      principals.push({ principal_type: asked.who.type, principal_id: asked.who.id, name, secrets })
    }
    const details = { permission, prefix, principals: principals.length }
    const about = { resourceType: 'vault', resourceId: vault.id, vaultId: vault.id, details }
    await record([grantEvent(grant, 'policy.explain', about)])
    return { prefix, permission, folders, principals, ...next }
  }

  /** @throws Problem `request.too-broad` if the prefix has more secrets than one query can cover */
  async function foldersIn(vault: VaultPlace, prefix: string) {
    const rows = await database.read(({ secrets }) => secrets.names(vault, { prefix, limit: MOST_SECRETS + 1 }))
    if (rows.length > MOST_SECRETS) throw tooBroad(`${MOST_SECRETS} secrets`)
    const paths = rows.map(({ path }) => path)
    const nameOf = (path: string) => /^[^/]*\//.exec(path.slice(prefix.length))?.[0] ?? ''
    const counts = new Map<string, number>()
    for (const path of paths) counts.set(nameOf(path), (counts.get(nameOf(path)) ?? 0) + 1)
    if (counts.size > MOST_FOLDERS) throw tooBroad(`${MOST_FOLDERS} folders`)
    const names = [...counts.keys()].sort()
    const places = new Map(names.map((name, place) => [name, place]))
    return {
      paths,
      folders: names.map(name => ({ name, secrets: counts.get(name) ?? 0 })),
      folderOf: (path: string) => places.get(nameOf(path)) ?? 0,
    }
  }
}

function tooBroad(what: string): Problem {
  return new Problem('request.too-broad', `There are more than ${what} here; name a longer prefix.`)
}

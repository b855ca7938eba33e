import { folderAddress, vaultAddress } from '../../address.ts'
import type { Summary } from './secret.ts'

/** What a folder shows: its secrets, and the folders right below it. */
export type Entry = { readonly folder: string; readonly count: number } | { readonly secret: Summary }

/** The entries of a folder (`''` is the outermost), folders first, each in the order of their names. */
export function entriesOf(secrets: readonly Summary[], folder: string): Entry[] {
  const prefix = folder === '' ? '' : `${folder}/`
  const here: Entry[] = []
  const below = new Map<string, number>()
  for (const secret of secrets) {
    if (!secret.path.startsWith(prefix)) continue
    const [name = '', ...deeper] = secret.path.slice(prefix.length).split('/')
    if (deeper.length === 0) here.push({ secret })
    else below.set(prefix + name, (below.get(prefix + name) ?? 0) + 1)
  }
  return [...Array.from(below, ([name, count]) => ({ folder: name, count })), ...here]
}

/** Every secret whose path has the words in it, whatever their case. */
export function found(secrets: readonly Summary[], words: string): Entry[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  return secrets.filter(({ path }) => wanted.every(word => path.toLowerCase().includes(word))).map(secret => ({ secret }))
}

/** The last segment of a path. */
export function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Where a path hangs in a vault, for the breadcrumb: the vault and every folder around it. */
export function around(vault: { readonly id: string; readonly name: string }, path: string) {
  const folders = path.split('/').slice(0, -1)
  return [
    { label: 'Vaults', to: '/vaults' },
    { label: vault.name, to: vaultAddress(vault) },
    ...folders.map((label, depth) => ({ label, to: folderAddress(vault, folders.slice(0, depth + 1).join('/')) })),
  ]
}

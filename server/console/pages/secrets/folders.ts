import { folderAddress, vaultAddress } from '../../address.ts'
import type { Summary } from './secret.ts'

/** The content of a folder: its secrets, and the folders directly below it. */
export type Entry = FolderEntry | { readonly secret: Summary }

/** A folder with the number of secrets in it, at any depth, and when the newest of their versions was written (RFC 3339). */
interface FolderEntry {
  readonly folder: string
  readonly count: number
  readonly written: string
}

/** The entries of a folder (`''` is the outermost), folders first, each in the order of their names. */
export function entriesOf(secrets: readonly Summary[], folder: string): Entry[] {
  const prefix = folder === '' ? '' : `${folder}/`
  const here: Entry[] = []
  const below = new Map<string, Summary[]>()
  for (const secret of secrets) {
    if (!secret.path.startsWith(prefix)) continue
    const [name = '', ...deeper] = secret.path.slice(prefix.length).split('/')
    if (deeper.length === 0) here.push({ secret })
    else {
      const inside = below.get(prefix + name)
      if (inside) inside.push(secret)
      else below.set(prefix + name, [secret])
    }
  }
  const folders = Array.from(below, ([name, inside]) => ({ folder: name, count: inside.length, written: lastWritten(inside) }))
  return [...folders, ...here]
}

/** When the newest of their versions was written (RFC 3339, so that text compares as time does); `''` for none. */
export function lastWritten(secrets: readonly Summary[]): string {
  return (
    secrets
      .map(({ created_at }) => created_at)
      .toSorted()
      .at(-1) ?? ''
  )
}

/** Every secret whose path contains the words, in any case. */
export function found(secrets: readonly Summary[], words: string): Summary[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  return secrets.filter(({ path }) => wanted.every(word => path.toLowerCase().includes(word)))
}

/** The secrets of a folder (`''` is the outermost), at any depth. */
export function within(secrets: readonly Summary[], folder: string): readonly Summary[] {
  return folder === '' ? secrets : secrets.filter(({ path }) => path.startsWith(`${folder}/`))
}

/** The last segment of a path. */
export function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** The place of a path, for the breadcrumb: the vault and every folder around it. */
export function around(vault: { readonly id: string; readonly name: string }, path: string) {
  const folders = path.split('/').slice(0, -1)
  return [
    { label: 'Vaults', to: '/vaults' },
    { label: vault.name, to: vaultAddress(vault) },
    ...folders.map((label, depth) => ({ label, to: folderAddress(vault, folders.slice(0, depth + 1).join('/')) })),
  ]
}

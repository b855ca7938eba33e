import { rankedPlacesOf } from '../../name-match.ts'
import { SECRET, type SecretSummary } from '../output/views/resources.ts'
import type { Row } from './row.ts'
import type { Named } from './state.ts'

/**
 * The rows of a folder: the folders in it, then its secrets. A search finds secrets at any depth, by their path from here, the best match
 * first.
 */
export function treeRows(
  secrets: readonly SecretSummary[],
  vault: Named,
  folder: string,
  search: string,
): { rows: Row[]; total: number } {
  const inside = folder === '' ? secrets : secrets.filter(({ path }) => path.startsWith(folder))
  const row = (secret: SecretSummary) => secretRow(secret, vault, folder)
  if (search.trim() !== '') {
    const names = inside.map(({ path }) => path.slice(folder.length))
    return {
      rows: rankedPlacesOf(search, names)
        .flatMap(at => inside[at] ?? [])
        .map(row),
      total: inside.length,
    }
  }
  const folders = new Map<string, number>()
  const here: SecretSummary[] = []
  for (const secret of inside) {
    const slash = secret.path.indexOf('/', folder.length)
    if (slash === -1) here.push(secret)
    else {
      const name = secret.path.slice(0, slash + 1)
      folders.set(name, (folders.get(name) ?? 0) + 1)
    }
  }
  const rows = [...[...folders].map(([name, count]) => folderRow(name, count, vault, folder)), ...here.map(row)]
  return { rows, total: rows.length }
}

function folderRow(name: string, count: number, vault: Named, folder: string): Row {
  const shownName = name.slice(folder.length)
  return {
    name: shownName,
    cells: [shownName, `${count} ${count === 1 ? 'secret' : 'secrets'}`],
    opens: { kind: 'folder', vault, folder: name },
  }
}

function secretRow(secret: SecretSummary, vault: Named, folder: string): Row {
  const cells = Object.entries(SECRET.columns).map(([heading, cell]) =>
    heading === 'path' ? secret.path.slice(folder.length) : cell(secret),
  )
  return {
    name: secret.path,
    cells,
    opens: { kind: 'secret', vault, path: secret.path },
    secret: { vault, path: secret.path },
  }
}

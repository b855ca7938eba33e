import type { Facts } from './source.ts'

/** Groups of files that import each other in a circle, types included; each group sorted, its members joined by ` ⇄ `. */
export function cycles(files: readonly Facts[]): string[] {
  const known = new Set(files.map(({ path }) => path))
  const imports = new Map(
    files.map(({ path, references }) => [path, references.map(({ target }) => target).filter(target => known.has(target))]),
  )
  const order = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const found: string[] = []

  // Tarjan's strongly connected components.
  function visit(path: string): void {
    order.set(path, order.size)
    low.set(path, order.get(path) ?? 0)
    stack.push(path)
    for (const target of imports.get(path) ?? []) {
      if (!order.has(target)) visit(target)
      if (stack.includes(target)) low.set(path, Math.min(low.get(path) ?? 0, low.get(target) ?? 0))
    }
    if (low.get(path) !== order.get(path)) return
    const group = stack.splice(stack.indexOf(path))
    if (group.length > 1) found.push(group.sort().join(' ⇄ '))
  }
  for (const path of known) if (!order.has(path)) visit(path)
  return found
}

/** The maximum number of entries (files and folders) in a folder of the product. */
const MOST_SIBLINGS = 25

/** Folders with more than 25 entries, one sentence each. Not `commands`: its names are the words that people type. */
export function crowdedFolders(paths: readonly string[]): string[] {
  const entries = new Map<string, Set<string>>()
  for (const path of paths) {
    const parts = path.split('/')
    for (let depth = 1; depth < parts.length; depth++) {
      const folder = parts.slice(0, depth).join('/')
      const names = entries.get(folder) ?? new Set()
      entries.set(folder, names.add(parts[depth] ?? ''))
    }
  }
  return [...entries]
    .filter(([folder, names]) => /^(src|server|commands\/.+)\b/.test(folder) && names.size > MOST_SIBLINGS)
    .map(([folder, names]) => `${folder} has ${names.size} entries; ${MOST_SIBLINGS} is the limit, so make rooms in it.`)
}

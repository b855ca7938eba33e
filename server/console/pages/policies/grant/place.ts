import { isPattern, matches, pattern } from '../../../../../src/path-pattern.ts'

/** A pattern in a vault to grant. */
export interface Place {
  /** Distinguishes the lines of the form. */
  readonly key: number
  readonly vault_id: string
  readonly pattern: string
  /** It comes from a box of the tree, and was not edited since. */
  readonly isPicked?: boolean
}

/** Paths of a vault that the person may list, by the id of the vault. */
export type Paths = ReadonlyMap<string, readonly string[]>

/** The secrets that a place covers now. The rule is the server's. */
export function covered({ vault_id, pattern: source }: Pick<Place, 'vault_id' | 'pattern'>, paths: Paths): readonly string[] {
  const wanted = source.trim()
  if (wanted === '' || !isPattern(wanted)) return []
  const compiled = pattern(wanted)
  return (paths.get(vault_id) ?? []).filter(path => matches(compiled, path))
}

/** The grant in a sentence: `deployer can read 12 secrets in production and 3 in staging, until 28 Dec 2026.` */
export function sentenceOf(
  who: string,
  permissions: readonly string[],
  places: readonly Place[],
  { paths, nameOf, until }: { paths: Paths; nameOf(vaultId: string): string; until: string },
): string {
  const named = places.filter(({ pattern: source }) => isPattern(source.trim()))
  if (named.length === 0 || permissions.length === 0) return ''
  const byVault = Map.groupBy(named, ({ vault_id }) => vault_id)
  const counts = Array.from(byVault, ([vault, each]) => {
    const count = new Set(each.flatMap(place => covered(place, paths))).size
    return { count, vault: nameOf(vault) }
  })
  const [first, ...others] = counts
  const secrets = `${first?.count} ${first?.count === 1 ? 'secret' : 'secrets'} in ${first?.vault}`
  const rest = others.map(({ count, vault }) => `${count} in ${vault}`)
  return `${who || 'They'} can ${listed(permissions)} ${listed([secrets, ...rest])} now, ${until}.`
}

function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

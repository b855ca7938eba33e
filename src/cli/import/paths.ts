import { isSecretPath } from '../../path-pattern.ts'
import { Problem } from '../../problem.ts'
import { fitsGlob } from '../input/glob.ts'
import type { Entry } from './entry.ts'

/** An entry and the path that it gets. */
export interface Item extends Pick<Entry, 'value' | 'type'> {
  readonly path: string
  /** How the file names it. */
  readonly origin: string
}

export interface Naming {
  /** Put before every path. */
  readonly prefix?: string | undefined
  /** `NAME=path`, or `PATTERN_*=path/*`. */
  readonly map?: readonly string[] | undefined
  /** Names that are left out. */
  readonly exclude?: readonly string[] | undefined
}

/**
 * The entries with their paths: the names of the file, in which what no path can have becomes a dash.
 * @throws Problem `usage` for two that get the same path, and for one that gets none.
 */
export function named(entries: readonly Entry[], { prefix = '', map = [], exclude = [] }: Naming): Item[] {
  const rules = map.map(ruleOf)
  const items = entries.flatMap(({ names, ...entry }) => {
    const origin = names.join('/')
    if (exclude.some(pattern => fitsGlob(pattern, origin))) return []
    const path = prefix + (mapped(origin, rules) ?? names.map(segment).join('/'))
    return [{ ...entry, origin, path: checked(path, origin) }]
  })
  const byPath = Map.groupBy(items, ({ path }) => path)
  for (const [path, [first, second]] of byPath) {
    if (first && second)
      throw new Problem('usage', `${first.origin} and ${second.origin} would both be the secret ${path}.`, {
        hint: `Give one another path: --map '${second.origin}=<path>'.`,
      })
  }
  return items
}

function segment(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^-+(?=.)|(?<=.)-+$/g, '')
}

interface Rule {
  readonly from: string
  readonly to: string
}

function ruleOf(text: string): Rule {
  const equals = text.lastIndexOf('=')
  const [from, to] = [text.slice(0, equals), text.slice(equals + 1)]
  const stars = (pattern: string) => pattern.split('*').length - 1
  if (equals <= 0 || to === '' || stars(from) > 1 || stars(to) > stars(from)) {
    throw new Problem('usage', `--map ${text} is not NAME=path.`, {
      hint: "Examples: --map DB_URL=prod/db/url, --map 'AWS_*=aws/*'.",
    })
  }
  return { from, to }
}

function mapped(origin: string, rules: readonly Rule[]): string | undefined {
  const rule = rules.find(({ from }) => fitsGlob(from, origin))
  if (!rule) return undefined
  const [before = '', after = ''] = rule.from.split('*')
  const middle = origin.slice(before.length, origin.length - after.length)
  return rule.to.replace('*', () => middle)
}

function checked(path: string, origin: string): string {
  if (isSecretPath(path)) return path
  throw new Problem('usage', `${origin} would be the secret ${JSON.stringify(path)}, which is not a valid path.`, {
    hint: `Give it another one: --map '${origin}=<path>'. A path has letters, digits and _ . - between slashes.`,
  })
}

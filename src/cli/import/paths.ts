import { isSecretPath, SECRET_PATH_MAX } from '../../path-pattern.ts'
import { Problem } from '../../problem.ts'
import { fitsGlob } from '../input/glob.ts'
import type { Entry } from './entry.ts'

/** An entry and the path that it gets. */
export interface Item extends Pick<Entry, 'value' | 'type'> {
  readonly path: string
  /** Its name in the file. */
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
 * The entries with their paths: the names of the file, with dashes for invalid characters.
 * @throws Problem `usage` for duplicate and missing paths, all at once
 */
export function named(entries: readonly Entry[], { prefix = '', map = [], exclude = [] }: Naming): Item[] {
  const rules = map.map(ruleOf)
  const items = entries.flatMap(({ names, ...entry }) => {
    const origin = names.join('/')
    if (exclude.some(pattern => fitsGlob(pattern, origin))) return []
    return [{ ...entry, origin, path: prefix + (mapped(origin, rules) ?? names.map(segment).join('/')) }]
  })
  ensurePaths(items)
  return items
}

/** The maximum number of complaints in one message. */
const SHOWN = 10

function ensurePaths(items: readonly Item[]): void {
  const invalid = items.filter(({ path }) => !isSecretPath(path))
  const alike = [...Map.groupBy(items, ({ path }) => path)].filter(([, group]) => group.length > 1)
  const faults = [
    ...invalid.map(({ path, origin }) => ({ what: invalidPath(path, origin), origin, alone: origin !== '' })),
    ...alike.map(([path, group]) => {
      const origins = group.map(({ origin }) => origin)
      const what = `${origins.join(' and ')} would ${group.length === 2 ? 'both' : 'all'} be the secret ${path}.`
      return { what, origin: origins.at(-1) ?? '', alone: new Set(origins).size === origins.length }
    }),
  ]
  const [first] = faults
  if (!first) return
  const told = [
    ...faults.slice(0, SHOWN).map(({ what }) => what),
    ...(faults.length > SHOWN ? [`… and ${faults.length - SHOWN} more.`] : []),
  ]
  throw new Problem('usage', told.join('\n'), {
    hint: first.alone
      ? `Give it another path: --map '${first.origin}=<path>'. A path has letters, digits and _ . - between slashes.`
      : 'Give it another name in the file.',
  })
}

function invalidPath(path: string, origin: string): string {
  if (path.length > SECRET_PATH_MAX) return `${origin} would be a secret with a path of more than ${SECRET_PATH_MAX} characters.`
  return `${origin === '' ? 'A value without a name' : origin} would be the secret ${JSON.stringify(path)}, which is not a valid path.`
}

function segment(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^-+(?=.)|(?<=.)-+$/g, '')
  if (plain !== '-' || name === '-') return plain
  // None of its characters is valid in a path, as in a name in another script: the code points of its characters are used.
  return [...name.trim()].map(character => `u${character.codePointAt(0)?.toString(16)}`).join('')
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

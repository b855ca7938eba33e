/** The candidates at the cursor. It knows the commands from oclif's manifest and the names from the index, without any request. */
import { canonical } from '../oclif/aliases.ts'

export interface FlagShape {
  readonly name: string
  readonly char?: string
  readonly type: 'boolean' | 'option'
  readonly description?: string
  readonly hidden?: boolean
  readonly multiple?: boolean
  readonly options?: readonly string[]
  readonly helpValue?: string | readonly string[]
  /** For a flag with an optional value, which is only accepted after `=`. */
  readonly helpLabel?: string
}

export interface CommandShape {
  readonly description?: string
  readonly hidden?: boolean
  readonly args: Readonly<Record<string, { readonly name: string; readonly options?: readonly string[] }>>
  readonly flags: Readonly<Record<string, FlagShape>>
}

/** The commands by id (`secrets:get`), and the descriptions of topics. */
export interface Grammar {
  readonly commands: Readonly<Record<string, CommandShape>>
  readonly topics: Readonly<Record<string, { readonly description?: string }>>
}

/** Names of the current server and account. */
export interface Known {
  readonly vaults: readonly string[]
  readonly agents: readonly string[]
  readonly profiles: readonly string[]
  /** Of the current vault, or the one that --vault names. */
  readonly paths: (vault: string | undefined) => readonly string[]
  /** Of all vaults. */
  readonly references: () => readonly string[]
}

export interface Candidate {
  readonly word: string
  readonly description?: string
}

export interface Completion {
  readonly candidates: readonly Candidate[]
  /** The shell can offer files as well. */
  readonly files: boolean
}

type Kind = 'vault' | 'agent' | 'profile' | 'path' | 'prefix' | 'reference' | 'setting' | 'file' | 'none'

const ARGS: Readonly<Record<string, Kind>> = {
  vault: 'vault',
  agent: 'agent',
  path: 'path',
  pattern: 'path',
  reference: 'reference',
  file: 'file',
  place: 'file',
}

/** Arguments with a special meaning. */
const OF_TOPICS: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  profiles: { name: 'profile' },
  config: { name: 'setting' },
}

const FLAGS: Readonly<Record<string, Kind>> = {
  vault: 'vault',
  with: 'vault',
  'only-vault': 'vault',
  agent: 'agent',
  profile: 'profile',
  key: 'path',
  prefix: 'prefix',
  'with-prefix': 'prefix',
}

/** Commands that take any number of paths, which oclif does not list as arguments. */
const VARIADIC: Readonly<Record<string, Kind>> = {
  run: 'reference',
  export: 'reference',
  'secrets:get': 'path',
  'refs:check': 'file',
}

interface Parsed {
  /** Words that are neither flags nor their values. */
  readonly plain: readonly string[]
  readonly used: readonly string[]
  /** A flag that waits for its value. */
  readonly waiting?: FlagShape
  /** The cursor is after `--`. */
  readonly passed: boolean
  readonly vault: string | undefined
}

/** @param words before the cursor, without the program @param current the typed part of the word at the cursor */
export function completion(grammar: Grammar, words: readonly string[], current: string, known: Known): Completion {
  const parsed = parse(grammar, canonical(words))
  if (parsed.passed) return { candidates: [], files: true }
  const command = commandOf(grammar, parsed.plain)
  const { flags } = command ?? { flags: globalsOf(grammar) }
  const assigned = /^(--[\w-]+=)(.*)$/s.exec(current)
  if (assigned) {
    const [, name = '', typed = ''] = assigned
    return prefixed(name, ofFlag(flags[name.slice(2, -1)], typed, known, parsed.vault))
  }
  if (parsed.waiting) return ofFlag(parsed.waiting, current, known, parsed.vault)
  if (current.startsWith('-')) return { candidates: flagWords(flags, parsed.used, current), files: false }
  const nested = subwords(grammar, parsed.plain, current)
  if (!command) return { candidates: nested, files: false }
  const own = ofArg(command, parsed, current, known)
  return { candidates: [...nested, ...own.candidates], files: own.files }
}

function parse(grammar: Grammar, words: readonly string[]): Parsed {
  const plain: string[] = []
  const used: string[] = []
  let waiting: FlagShape | undefined
  let vault: string | undefined
  for (const word of words) {
    if (waiting) {
      if (waiting.name === 'vault') vault = word
      waiting = undefined
    } else if (word === '--') return { plain, used, passed: true, vault }
    else if (word.startsWith('-') && word.length > 1) {
      const [name = '', value] = word.split('=')
      const flag = flagNamed((commandOf(grammar, plain) ?? { flags: globalsOf(grammar) }).flags, name)
      if (flag) used.push(flag.name)
      if (flag?.name === 'vault') vault = value
      if (flag?.type === 'option' && flag.helpLabel === undefined && value === undefined) waiting = flag
    } else plain.push(word)
  }
  return { plain, used, passed: false, vault, ...(waiting && { waiting }) }
}

interface Found extends CommandShape {
  readonly id: string
}

/** The longest command with which the line starts. */
function commandOf({ commands }: Grammar, plain: readonly string[]): Found | undefined {
  for (let count = Math.min(3, plain.length); count > 0; count--) {
    const id = plain.slice(0, count).join(':')
    const command = Object.hasOwn(commands, id) ? commands[id] : undefined
    if (command) return { ...command, id }
  }
  return undefined
}

/** Flags of every command. */
function globalsOf({ commands }: Grammar): CommandShape['flags'] {
  return commands['whoami']?.flags ?? {}
}

function flagNamed(flags: CommandShape['flags'], word: string): FlagShape | undefined {
  return Object.values(flags).find(({ name, char }) => word === `--${name}` || (char !== undefined && word === `-${char}`))
}

function subwords({ commands, topics }: Grammar, plain: readonly string[], current: string): Candidate[] {
  const start = plain.map(word => `${word}:`).join('')
  const words = new Map<string, string | undefined>()
  for (const [id, { hidden, description }] of Object.entries(commands)) {
    if (hidden || !id.startsWith(start)) continue
    const [word = '', ...more] = id.slice(start.length).split(':')
    const about = topics[start + word]?.description ?? (more.length === 0 ? description : undefined)
    if (word !== '' && (!words.has(word) || more.length === 0)) words.set(word, about ?? words.get(word))
  }
  return [...words].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([word, about]) => starting(current, word, about))
}

function ofArg({ id, args }: Found, { plain, vault }: Parsed, current: string, known: Known): Completion {
  const { name = '', options } = Object.values(args)[plain.length - id.split(':').length] ?? {}
  if (options) return { candidates: options.flatMap(option => starting(current, option)), files: false }
  return ofKind(VARIADIC[id] ?? OF_TOPICS[id.split(':')[0] ?? '']?.[name] ?? ARGS[name] ?? 'none', current, known, vault)
}

function flagWords(flags: CommandShape['flags'], used: readonly string[], current: string): Candidate[] {
  return Object.values(flags)
    .filter(({ name, hidden, multiple }) => !hidden && (multiple || !used.includes(name)))
    .flatMap(({ name, description }) => starting(current, `--${name}`, description))
    .toSorted((a, b) => (a.word < b.word ? -1 : 1))
}

function ofFlag(flag: FlagShape | undefined, current: string, known: Known, vault: string | undefined): Completion {
  if (!flag) return { candidates: [], files: false }
  if (flag.options) return { candidates: flag.options.flatMap(option => starting(current, option)), files: false }
  const value = [flag.helpValue ?? ''].flat().join(' ')
  const kind = FLAGS[flag.name] ?? (/file|folder/.test(value) ? 'file' : 'none')
  return ofKind(kind, current, known, vault)
}

function ofKind(kind: Kind, current: string, known: Known, vault: string | undefined): Completion {
  if (kind === 'file') return { candidates: [], files: true }
  return { candidates: namesOf(kind, current, known, vault).flatMap(name => starting(current, name)), files: false }
}

function namesOf(kind: Kind, current: string, known: Known, vault: string | undefined): readonly string[] {
  switch (kind) {
    case 'vault':
      return known.vaults
    case 'agent':
      return known.agents
    case 'profile':
      return known.profiles
    case 'setting':
      return SETTINGS
    case 'path':
      return known.paths(vault)
    case 'prefix':
      return [...new Set(known.paths(vault).flatMap(folders))]
    case 'reference':
      return current.startsWith('1') ? [...known.references(), ...known.paths(vault)] : known.paths(vault)
    default:
      return []
  }
}

const SETTINGS = ['api_url', 'cache', 'vault']

/** `a/b/c` → `a/`, `a/b/` */
function folders(path: string): string[] {
  return [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index + 1))
}

const DESCRIPTION_MAX = 60

function starting(current: string, word: string, about?: string): Candidate[] {
  if (!word.startsWith(current)) return []
  const [sentence = ''] = (about ?? '').split(/\n|(?<=\.)\s/)
  const description = sentence.length > DESCRIPTION_MAX ? `${sentence.slice(0, DESCRIPTION_MAX - 1)}…` : sentence
  return [{ word, ...(description && { description }) }]
}

function prefixed(prefix: string, { candidates, files }: Completion): Completion {
  return { candidates: candidates.map(each => ({ ...each, word: prefix + each.word })), files }
}

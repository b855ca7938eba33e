import { parseDotenv } from '../../env/parse-dotenv.ts'
import { isReference } from '../../references/reference.ts'
import { leftOut, type Source } from '../entry.ts'

/**
 * Lines of a `.env` file, as `run --env-file` reads them. References are not values and are not imported, nor are values whose end differs
 * between readers of such files: half a password would be worse than none.
 */
export function dotenvSource(text: string): Source {
  const lines = assignments(text)
  const last = new Map(lines.map(line => [line.name, line]))
  const all = parseDotenv(text).filter(([name]) => NAME.test(name))
  const namesOf = (fits: (value: string, line: Line | undefined) => boolean) =>
    all.filter(([name, value]) => fits(value, last.get(name))).map(([name]) => name)
  const references = namesOf(isReference)
  const doubtful = DOUBTS.map(({ is, why }) => {
    const names = namesOf((_, line) => line !== undefined && is(line))
    // The text between its quotes could be the next lines instead of its value.
    return { why, names: names.flatMap(name => [name, ...assignments(last.get(name)?.quoted ?? '').map(inner => inner.name)]) }
  })
  const empty = namesOf((value, line) => value === '' && !(line && DOUBTS.some(({ is }) => is(line))))
  const left = new Set([...references, ...empty, ...doubtful.flatMap(({ names }) => names)])
  const taken = all.filter(([name]) => !left.has(name))
  return {
    entries: taken.map(([name, value]) => ({ names: [name], value })),
    notes: [
      ...leftOut(
        notUnderstood(text).map(number => `line ${number}`),
        'these are not NAME=value',
      ),
      ...leftOut(references, 'these are references'),
      ...leftOut(empty, 'they have no value'),
      ...doubtful.flatMap(({ why, names }) => leftOut(names, why)),
      ...asWritten(taken.map(([name]) => last.get(name))),
      ...repeated(lines),
    ],
  }
}

/** Whether a text consists mostly of `NAME=value` lines. */
export function looksLikeDotenv(text: string): boolean {
  return notUnderstood(text).length <= assignments(text).length
}

/**
 * The names that readers of `.env` files accept, and a few more characters. Other names have spaces or colons, like lines of other formats.
 */
const NAME = /^[\p{L}\p{N}_.-]+$/u

/** One `NAME=value`, unchanged. */
interface Line {
  readonly name: string
  /** With its quotes; absent if there are none, or they are not closed. */
  readonly quoted: string | undefined
  /** The rest of the line. */
  readonly rest: string
}

/** `NAME=value` with a value in quotes, which can have line breaks, or up to the end of its line. */
const ASSIGNMENT = /^[ \t]*(?:export[ \t]+)?([^\s=#][^=\n]*)=[ \t]*("[^"]*"|'[^']*'|`[^`]*`)?([^\n]*)/gm

function assignments(text: string): Line[] {
  return [...text.matchAll(ASSIGNMENT)]
    .map(([, name = '', quoted, rest = '']) => ({ name: name.trim(), quoted, rest: rest.trim() }))
    .filter(({ name }) => NAME.test(name))
}

/** Values that end at different places for different readers. */
const DOUBTS: readonly { readonly why: string; readonly is: (line: Line) => boolean }[] = [
  {
    why: 'there is text after the closing quote of their value (use a kind of quote that the value does not contain)',
    is: ({ quoted, rest }) => quoted !== undefined && rest !== '' && !rest.startsWith('#'),
  },
  {
    why: 'the opening quote of their value has no closing quote',
    is: ({ quoted, rest }) => quoted === undefined && /^["'`]/.test(rest),
  },
  {
    why: 'their value contains a # and has no quotes, so that some readers see a comment (put the value in quotes)',
    is: ({ quoted, rest }) => quoted === undefined && /^[^"'`\s#][^#]*(?<!\s)#/.test(rest),
  },
]

/** Names whose values other readers would change by substitution. */
function asWritten(lines: readonly (Line | undefined)[]): string[] {
  const found = lines.flatMap(line => (line && /\$[\w{(]|\\[^n]/.test(expandable(line)) ? [line.name] : []))
  if (found.length === 0) return []
  return [`Imported as they are written, with a variable or backslash that other readers replace: ${found.join(', ')}.`]
}

function expandable({ quoted, rest }: Line): string {
  return quoted === undefined ? rest.replace(/\s#.*$/, '') : quoted.startsWith('"') ? quoted : ''
}

function repeated(lines: readonly Line[]): string[] {
  const names = [...Map.groupBy(lines, ({ name }) => name)].flatMap(([name, { length }]) => (length > 1 ? [name] : []))
  return names.length === 0 ? [] : [`Set more than once, the last one counts: ${names.join(', ')}.`]
}

/** The numbers of lines that are not assignments, comments or blank: their content could be a value. */
function notUnderstood(text: string): number[] {
  const rest = text.replace(ASSIGNMENT, (found, name: string) => (NAME.test(name.trim()) ? found.replace(/[^\n]/g, '') : found))
  return rest.split('\n').flatMap((line, index) => (/^\s*(#|$)/.test(line) ? [] : [index + 1]))
}

import { Problem } from '../../problem.ts'
import { parseReference, type Reference, SCHEME } from './reference.ts'

/** A filter of a value. */
export type Filter =
  | { readonly name: 'base64' | 'json' | 'shell' }
  /** The default for a missing secret or field. */
  | { readonly name: 'default'; readonly text: string }

/** A piece of a template: unchanged text, or a reference and its filters. */
export type Piece =
  | { readonly text: string }
  | { readonly reference: Reference; readonly filters: readonly Filter[]; readonly where: string }

/** Only `{{ 1claw://` counts; braces of other template languages are not changed. A backslash before it makes it text. */
const OPENING = new RegExp(`(\\\\?)\\{\\{(-?)\\s*(?=${SCHEME})`, 'g')

/** A reference, then filters, with an argument in quotes if they take one; up to the closing braces. */
const INSIDE = /(?<reference>[^\s|}"']+)\s*(?<filters>(?:\|\s*\w*\s*(?:"(?:[^"\\]|\\.)*"|'[^']*')?\s*)*)(?<trim>-?)\}\}/y

const FILTER = /\|\s*(?<name>\w*)\s*(?<argument>"(?:[^"\\]|\\.)*"|'[^']*')?/g

/**
 * The pieces of a template, in order.
 * @throws Problem `usage` that names the file and line of an invalid placeholder
 */
export function templatePieces(template: string, file: string): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  OPENING.lastIndex = 0
  for (let opening = OPENING.exec(template); opening; opening = OPENING.exec(template)) {
    const [opened, backslash, dash] = opening
    const before = template.slice(at, opening.index)
    // A dash removes the white space next to the braces, as in Go and Jinja templates.
    pieces.push({ text: dash && !backslash ? before.trimEnd() : before })
    if (backslash) {
      at = opening.index + 1
      continue
    }
    const where = placeOf(template, opening.index, file)
    INSIDE.lastIndex = opening.index + opened.length
    const inside = INSIDE.exec(template)?.groups
    if (!inside) throw faulty(where, 'the braces are not closed, or contain something other than filters')
    at = INSIDE.lastIndex
    if (inside['trim']) at += template.slice(at).length - template.slice(at).trimStart().length
    OPENING.lastIndex = at
    const filters = [...(inside['filters'] ?? '').matchAll(FILTER)].map(({ groups }) => filterOf(groups ?? {}, where))
    pieces.push({ reference: parseReference(inside['reference'] ?? '', where), filters, where })
  }
  return [...pieces, { text: template.slice(at) }]
}

function filterOf({ name = '', argument }: Record<string, string | undefined>, where: string): Filter {
  if (name === 'default') {
    if (argument === undefined) throw faulty(where, 'default takes a text in quotes')
    return { name, text: unquoted(argument, where) }
  }
  if (name !== 'base64' && name !== 'json' && name !== 'shell') throw faulty(where, `there is no filter ${JSON.stringify(name)}`)
  if (argument !== undefined) throw faulty(where, `${name} takes no text`)
  return { name }
}

function unquoted(quoted: string, where: string): string {
  if (quoted.startsWith("'")) return quoted.slice(1, -1)
  try {
    return String(JSON.parse(quoted))
  } catch {
    throw faulty(where, 'the text in double quotes is not written as in JSON')
  }
}

function placeOf(text: string, index: number, file: string): string {
  return `${file}:${text.slice(0, index).split('\n').length}`
}

function faulty(where: string, why: string): Problem {
  return new Problem('usage', `${where}: ${why}.`, {
    hint: 'Write {{ 1claw://vault/path | default "text" | base64 }}; the filters are default, base64, json and shell.',
  })
}

/** The final text of a value; undefined if there is none and no default. */
export function filtered(value: string | undefined, filters: readonly Filter[]): string | undefined {
  return filters.reduce((text, filter) => {
    if (filter.name === 'default') return text ?? filter.text
    return text === undefined ? undefined : WRITTEN[filter.name](text)
  }, value)
}

const WRITTEN = {
  base64: (text: string) => Buffer.from(text).toString('base64'),
  json: (text: string) => JSON.stringify(text),
  shell: (text: string) => `'${text.replaceAll("'", `'\\''`)}'`,
} as const

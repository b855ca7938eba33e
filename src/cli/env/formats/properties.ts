import type { Variable } from '../names.ts'

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\f': '\\f', '\\': '\\\\' }

/** A `.properties` file of Java, in ASCII, so that it is the same in ISO-8859-1 and UTF-8: java.util.Properties, `load`. */
export function properties(variables: readonly Variable[]): string {
  return variables.map(({ name, value }) => `${name}=${escaped(value)}\n`).join('')
}

function escaped(value: string): string {
  const text = value.replace(/[^\x20-\x7e]|\\/g, character => ESCAPES[character] ?? units(character))
  return text.startsWith(' ') ? `\\${text}` : text
}

function units(character: string): string {
  return [...character]
    .flatMap(each => Array.from({ length: each.length }, (_, index) => each.charCodeAt(index)))
    .map(unit => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('')
}

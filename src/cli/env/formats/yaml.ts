import type { Variable } from '../names.ts'

/** Names that YAML 1.1 or 1.2 reads as a boolean or null. */
const WORDS = /^(y|n|yes|no|on|off|true|false|null)$/i

/** Characters that JSON does not escape and YAML requires to be escaped: controls, separators, the byte order mark. */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g

/** A mapping of strings, each in double quotes, so that none is read as a number or a date. */
export function yaml(variables: readonly Variable[]): string {
  const lines = variables.map(({ name, value }) => `${WORDS.test(name) ? `"${name}"` : name}: ${quoted(value)}\n`)
  return lines.length === 0 ? '{}\n' : lines.join('')
}

function quoted(value: string): string {
  return JSON.stringify(value).replace(UNPRINTABLE, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

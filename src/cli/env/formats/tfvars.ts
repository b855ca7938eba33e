import type { Variable } from '../names.ts'
import { unfit } from './unfit.ts'

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '"': '\\"', '\\': '\\\\' }

/**
 * Assignments of a `.tfvars` file of Terraform and OpenTofu. A `$` or `%` before a brace is written by its code point, so that it starts no
 * template.
 * @throws Problem `usage` for a value that Terraform would change to Unicode's composed form
 */
export function tfvars(variables: readonly Variable[]): string {
  return variables
    .map(({ name, value, origin }) => {
      if (value.normalize('NFC') !== value) throw unfit(origin, 'is not in the composed form of Unicode (NFC)', 'Terraform')
      return `${name} = "${escaped(value)}"\n`
    })
    .join('')
}

function escaped(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to be escaped
  return value.replace(/["\\\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]|[$%](?=\{)/g, character => {
    return ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

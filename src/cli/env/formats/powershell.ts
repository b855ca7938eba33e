import type { Variable } from '../names.ts'
import { unfit } from './unfit.ts'

/** PowerShell treats each of these as a quote, like the straight one: its source, `CharTraits.IsSingleQuote`, `IsDoubleQuote`. */
const SINGLE = /['\u2018\u2019\u201a\u201b]/g
const MEANT = /[`$"\u201c\u201d\u201e]/g

const ESCAPES: Readonly<Record<string, string>> = { '\n': '`n', '\r': '`r' }

/**
 * Assignments for `Invoke-Expression`, in single quotes. Values with line breaks are in double quotes with `` `n `` instead, because
 * PowerShell changes the line breaks of a program's output.
 * @throws Problem `usage` for an empty value, which would remove the variable
 */
export function powershell(variables: readonly Variable[]): string {
  return variables
    .map(({ name, value, origin }) => {
      if (value === '') throw unfit(origin, 'is empty', 'PowerShell')
      return `$env:${name} = ${/[\r\n]/.test(value) ? doubleQuoted(value) : `'${value.replace(SINGLE, '$&$&')}'`}\n`
    })
    .join('')
}

function doubleQuoted(value: string): string {
  return `"${value.replace(MEANT, '`$&').replace(/[\r\n]/g, character => ESCAPES[character] ?? character)}"`
}

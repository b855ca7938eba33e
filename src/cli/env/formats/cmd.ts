import type { Variable } from '../names.ts'
import { unfit } from './unfit.ts'

/** Longest line of a batch file. https://learn.microsoft.com/troubleshoot/windows-client/shell-experience/command-line-string-limitation */
const MAX_LINE = 8191

/**
 * `set` commands for a batch file that is run by `call`, with delayed expansion off as it is by default. Percent signs are doubled, as
 * batch files want it.
 * @throws Problem `usage` for values that a batch file cannot contain: quotes, line breaks, characters beyond ASCII, an empty value.
 */
export function cmd(variables: readonly Variable[]): string {
  return variables
    .map(({ name, value, origin }) => {
      if (value === '') throw unfit(origin, 'is empty', 'cmd')
      if (value.includes('"')) throw unfit(origin, 'has a double quote', 'cmd')
      if (/[^\t\x20-\x7e]/.test(value)) throw unfit(origin, 'has a line break or a character beyond ASCII', 'cmd')
      const line = `@set "${name}=${value.replaceAll('%', '%%')}"`
      if (line.length > MAX_LINE) throw unfit(origin, `is longer than ${MAX_LINE} characters`, 'cmd')
      return `${line}\r\n`
    })
    .join('')
}

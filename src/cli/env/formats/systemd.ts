import type { Variable } from '../names.ts'
import { unfit } from './unfit.ts'

/** Noncharacters of Unicode: systemd drops a value that has one (src/basic/utf8.c, `unichar_is_valid`). */
const NONCHARACTERS = /\p{Noncharacter_Code_Point}/u

/**
 * Lines for `EnvironmentFile=` of a unit: systemd.exec(5). In double quotes, a backslash escapes a quote, backslash, backtick or dollar.
 * @throws Problem `usage` naming what systemd drops: control characters other than tab and line break, and noncharacters
 */
export function systemd(variables: readonly Variable[]): string {
  return variables
    .map(({ name, value, origin }) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what systemd drops
      if (/[\u0001-\u0008\u000b-\u001f\u007f]/.test(value)) throw unfit(origin, 'has a control character', 'systemd')
      if (NONCHARACTERS.test(value)) throw unfit(origin, 'has a Unicode noncharacter', 'systemd')
      return `${name}="${value.replace(/["\\`$]/g, '\\$&')}"\n`
    })
    .join('')
}

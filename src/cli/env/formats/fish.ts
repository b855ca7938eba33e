import type { Variable } from '../names.ts'
import { unfit } from './unfit.ts'

/** fish keeps its own signs in these noncharacters and private places, and reads them as such: fish, src/common.h, `reserved characters`. */
const RESERVED = /[\ufdd0-\ufdef\uf600-\uf6ff]/

/**
 * `set -gx` commands for `source` in fish: between single quotes only the quote and the backslash are special.
 * @throws Problem `usage` naming what fish would change
 */
export function fish(variables: readonly Variable[]): string {
  return variables
    .map(({ name, value, origin }) => {
      if (RESERVED.test(value)) throw unfit(origin, 'has a character that fish reserves', 'fish')
      return `set -gx ${name} '${value.replace(/[\\']/g, '\\$&')}'\n`
    })
    .join('')
}

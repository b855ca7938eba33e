import type { Variable } from '../names.ts'
import { unfit } from './unfit.ts'

/** The longest line that docker's reader accepts, in bytes. */
const MAX_LINE = 65_535

const FORMAT = "docker's --env-file"
const HINT = 'Pass it by name instead: `1claw run -- docker run -e NAME …`.'

/**
 * Lines for `docker run --env-file`: everything after `=` is literal, without quotes.
 * @throws Problem `usage` naming what does not fit on a line
 */
export function docker(variables: readonly Variable[]): string {
  return variables
    .map(({ name, value, origin }) => {
      if (/[\r\n]/.test(value)) throw unfit(origin, 'has more than one line', FORMAT, HINT)
      const line = `${name}=${value}`
      if (Buffer.byteLength(line) > MAX_LINE) throw unfit(origin, 'is longer than 64 KiB', FORMAT, HINT)
      return `${line}\n`
    })
    .join('')
}

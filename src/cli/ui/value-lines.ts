import { wrapAnsi } from 'fast-wrap-ansi'
import { visible } from '../context/visible.ts'

/** Characters of a value that are shown; of a longer one the rest can only be copied. */
export const SHOWN_MAX = 64 * 1024

/** A value in lines of so many columns, nothing of which drives the terminal. Its own lines stay; blanks are kept. */
export function valueLines(value: string, width: number): string[] {
  const lines = value
    .slice(0, SHOWN_MAX)
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
  return lines.flatMap(line =>
    wrapAnsi(visible(line.replaceAll('\t', '    ')), Math.max(1, width), { hard: true, trim: false, wordWrap: false }).split(
      '\n',
    ),
  )
}

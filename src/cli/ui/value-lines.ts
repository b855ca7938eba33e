import { wrapAnsi } from 'fast-wrap-ansi'
import { visible } from '../context/visible.ts'

/** The maximum number of characters of a value that are shown; the rest can only be copied. */
export const SHOWN_MAX = 64 * 1024

/** A value in lines with a maximum width; nothing in it controls the terminal. Its own line breaks and blanks are kept. */
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

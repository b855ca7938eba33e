import { shown as cellText, displayWidth } from '../../output/table.ts'
import type { Row, Table } from '../row.ts'
import { clipped, type Line, padded } from './line.ts'

/** The number of columns between two cells. */
const GAP = 2
const MARK = '❯ '
/** The minimum width of a cut column. */
const LEAST = 8
/** Up to this width the first column gets all that it needs. */
const NARROW = 60

/**
 * A list with a number of lines: its heading, and the rows around the selected one. If it is too wide, columns are left out from the right:
 * the first column is the most important.
 */
export function tableLines({ headings, rows }: Table, at: number, width: number, height: number, now: number): Line[] {
  const room = Math.max(1, height - 1)
  const from = firstShown(at, rows.length, room)
  const window = rows.slice(from, from + room).map(row => textsOf(row, now))
  const names = headings.map(heading => heading.toUpperCase())
  const widths = columnWidths([names, ...window], width - MARK.length)
  return [
    [{ text: `  ${joined(names, widths)}`, tone: 'dim' }],
    ...window.map((texts, index): Line => {
      const isChosen = from + index === at
      const text = `${isChosen ? MARK : '  '}${joined(texts, widths)}`
      return [isChosen ? { text, tone: 'chosen' } : { text }]
    }),
  ]
}

/** The first row of a window with the selected one in its middle, if possible. */
export function firstShown(at: number, count: number, room: number): number {
  return Math.max(0, Math.min(at - Math.floor(room / 2), count - room))
}

function textsOf({ cells }: Row, now: number): string[] {
  return cells.map(cell => cellText(cell, now))
}

/** The width of each column that is shown. */
function columnWidths(lines: readonly (readonly string[])[], width: number): number[] {
  const count = Math.max(0, ...lines.map(line => line.length))
  const wanted = Array.from({ length: count }, (_, column) => Math.max(...lines.map(line => displayWidth(line[column] ?? ''))))
  const [first = 0, ...others] = wanted
  const most = others.length > 0 && width >= NARROW ? Math.floor(width * 0.6) : width
  const widths = [Math.min(first, most, width)]
  let left = width - (widths[0] ?? 0)
  // A long address in the middle leaves room for the columns after it.
  const middle = Math.floor(width / 3)
  for (const [index, other] of others.entries()) {
    left -= GAP
    const isLast = index === others.length - 1
    const taken = Math.min(other, left, isLast ? left : middle)
    if (taken < Math.min(other, LEAST)) break
    widths.push(taken)
    left -= taken
  }
  return widths
}

function joined(texts: readonly string[], widths: readonly number[]): string {
  const last = widths.length - 1
  return widths
    .map((width, column) => (column === last ? clipped(texts[column] ?? '', width) : padded(texts[column] ?? '', width)))
    .join(' '.repeat(GAP))
    .trimEnd()
}

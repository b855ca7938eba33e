import stringWidth from 'string-width'
import { visible } from '../context/visible.ts'
import { isMoment, relative } from './moment.ts'
import { isWho } from './principal-cell.ts'
import type { Cell, Grid } from './view.ts'

/** With fewer letters, a last column is useless. */
const FEWEST = 8

/**
 * Two spaces between columns, headings in capitals. If `width` (0: unlimited) is too narrow, columns that are empty in all rows are left
 * out, then the last column is cut. If even that does not fit, each row is a list of lines. Times are relative to `now` (milliseconds since
 * 1970), or unchanged if it is absent.
 */
export function tableText(grid: Grid, width = 0, now?: number): string {
  const { headings, rows } = grid
  const all = [headings.map(heading => heading.toUpperCase()), ...rows.map(row => row.map(cell => shown(cell, now)))]
  const isWide = width > 0 && sum(widthsOf(all)) + 2 * (headings.length - 1) > width
  const lines = isWide ? withoutEmptyColumns(all) : all
  const widths = widthsOf(lines)
  if (isWide && fixedWidth(widths) + Math.min(FEWEST, widths.at(-1) ?? 0) > width) return listOfLists(grid, now)
  return lines.map(line => `${fitted(line, widths, width)}\n`).join('')
}

/** The columns before the last, which are never cut. */
function fixedWidth(widths: readonly number[]): number {
  return sum(widths.slice(0, -1)) + 2 * (widths.length - 1)
}

function listOfLists({ headings, rows }: Grid, now: number | undefined): string {
  return rows.map(row => listText({ headings, rows: [row] }, now)).join('\n')
}

function widthsOf(lines: readonly (readonly string[])[]): number[] {
  return (lines[0] ?? []).map((_, column) => Math.max(...lines.map(line => displayWidth(line[column] ?? ''))))
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0)
}

/** The same lines without columns that are empty below their heading. The first column is kept, because it identifies the row. */
function withoutEmptyColumns(lines: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const filled = (lines[0] ?? []).map((_, column) => column === 0 || lines.slice(1).some(line => line[column] !== '-'))
  return lines.map(line => line.filter((_, column) => filled[column]))
}

/** Names and values of one object, one on each line. */
export function listText(grid: Grid, now?: number): string {
  const [row = []] = grid.rows
  const widest = Math.max(...grid.headings.map(displayWidth))
  return grid.headings.map((heading, i) => `${padded(`${heading}:`, widest + 2)}${shown(row[i], now)}\n`).join('')
}

function fitted(line: readonly string[], widths: readonly number[], width: number): string {
  const last = line.length - 1
  const before = line.slice(0, last).map((text, column) => padded(text, (widths[column] ?? 0) + 2))
  const head = before.join('')
  const tail = line[last] ?? ''
  const room = width - displayWidth(head)
  return width > 0 && displayWidth(tail) > room ? head + cut(tail, room - 1) : (head + tail).trimEnd()
}

/** A cell for a person: nothing in it controls the terminal. */
export function shown(cell: Cell, now: number | undefined): string {
  if (cell === undefined || cell === '') return '-'
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no'
  if (isMoment(cell)) return visible(now === undefined ? cell.at : relative(cell.at, now))
  if (isWho(cell)) return visible(cell.text)
  if (typeof cell === 'object') return cell.length > 0 ? visible(cell.join(', ')) : '-'
  return visible(String(cell))
}

const segmenter = new Intl.Segmenter()

/** The columns that a text takes: two for East Asian wide characters and emoji, none for combining marks. */
export function displayWidth(text: string): number {
  return /^[\x20-\x7e]*$/.test(text) ? text.length : stringWidth(text)
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)))
}

function cut(text: string, width: number): string {
  let kept = ''
  let taken = 0
  for (const { segment } of segmenter.segment(text)) {
    taken += displayWidth(segment)
    if (taken > width) break
    kept += segment
  }
  return `${kept}…`
}

import { wrapAnsi } from 'fast-wrap-ansi'
import type { Span } from '../../../views/full-screen.tsx'
import { displayWidth } from '../../output/table.ts'

/** One line of the screen. */
export type Line = readonly Span[]

const segmenter = new Intl.Segmenter()

/** A text with a maximum number of columns, cut at its end or its start. */
export function clipped(text: string, width: number, from: 'end' | 'start' = 'end'): string {
  if (displayWidth(text) <= width) return text
  if (width <= 1) return width === 1 ? '…' : ''
  const segments = [...segmenter.segment(text)].map(({ segment }) => segment)
  const ordered = from === 'end' ? segments : segments.toReversed()
  const kept: string[] = []
  let taken = 0
  for (const segment of ordered) {
    taken += displayWidth(segment)
    if (taken > width - 1) break
    kept.push(segment)
  }
  return from === 'end' ? `${kept.join('')}…` : `…${kept.toReversed().join('')}`
}

/** A text with an exact number of columns. */
export function padded(text: string, width: number): string {
  const fitting = clipped(text, width)
  return fitting + ' '.repeat(Math.max(0, width - displayWidth(fitting)))
}

/** The width of a line in columns. */
export function widthOf(line: Line): number {
  return line.reduce((sum, { text }) => sum + displayWidth(text), 0)
}

/** A line with a maximum number of columns. */
export function fitted(line: Line, width: number): Line {
  let left = width
  return line.flatMap(span => {
    if (left <= 0) return []
    const text = clipped(span.text, left)
    left -= displayWidth(text)
    return [{ ...span, text }]
  })
}

/** Two texts at both ends of a line; the second one is left out first if there is no room. */
export function apart(left: Line, right: Line, width: number): Line {
  const room = width - widthOf(left) - widthOf(right)
  return room < 1 ? fitted(left, width) : [...left, { text: ' '.repeat(room) }, ...right]
}

/** A text in lines with a maximum width, broken between words if possible. */
export function wrapped(text: string, width: number): string[] {
  return wrapAnsi(text, Math.max(1, width), { hard: true }).split('\n')
}

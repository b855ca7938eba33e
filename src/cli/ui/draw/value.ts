import type { Revealed } from '../state.ts'
import { SHOWN_MAX, valueLines } from '../value-lines.ts'
import { clipped, type Line } from './line.ts'

/** A value, and how much of it is below the screen. */
export function valuePane({ value, version, top }: Revealed, width: number, height: number): Line[] {
  const lines = valueLines(value, width - 2)
  const room = Math.max(1, height - 2)
  const from = Math.max(0, Math.min(top, lines.length - room))
  const window = lines.slice(from, from + room)
  const below = lines.length - from - window.length
  const title = version === undefined ? 'The newest value' : `The value of version ${version}`
  const cut = value.length > SHOWN_MAX ? ' Only its beginning is shown; c copies all of it.' : ''
  return [
    [{ text: clipped(`  ${title}.${cut}`, width), tone: 'dim' }],
    ...window.map((text): Line => [{ text: `  ${text}`, tone: 'strong' }]),
    ...(below > 0 ? [[{ text: `  … ${below} more ${below === 1 ? 'line' : 'lines'}`, tone: 'dim' } as const]] : []),
  ]
}

import { visible } from '../../context/visible.ts'
import { ACTIONS } from '../actions.ts'
import { entriesOf } from '../palette.ts'
import type { Over, State } from '../state.ts'
import { apart, clipped, type Line, padded } from './line.ts'
import { firstShown } from './table.ts'

const MOVES: readonly (readonly [keys: string, says: string])[] = [
  ['↑ ↓  j k', 'Choose a row, or scroll a value'],
  ['PgUp PgDn', 'A page'],
  ['Home End', 'The first, the last'],
  ['Ctrl-K', 'The same as :'],
  ['Ctrl-C', 'Leave at once'],
]

/** All keys. */
export function helpLines({ top }: Extract<Over, { kind: 'help' }>, width: number, height: number): Line[] {
  const all = [...ACTIONS.map(({ key, says }) => [key, says] as const), ...MOVES]
  const from = Math.max(0, Math.min(top, all.length - (height - 1)))
  const rows = all.slice(from, from + height - 1)
  return [
    [{ text: 'Keys', tone: 'strong' }],
    ...rows.map(
      ([key, says]): Line => [{ text: `  ${padded(key, 11)}`, tone: 'accent' }, { text: clipped(says, Math.max(0, width - 13)) }],
    ),
  ]
}

/** The typed text, and the entries that match it. */
export function paletteLines(state: State, palette: Extract<Over, { kind: 'palette' }>, width: number, height: number): Line[] {
  const entries = entriesOf(state, palette)
  const at = Math.min(palette.at, entries.length - 1)
  const from = firstShown(at, entries.length, height - 1)
  const lines = entries.slice(from, from + height - 1).map(({ says, about }, index): Line => {
    const isChosen = from + index === at
    const tone = isChosen ? 'chosen' : undefined
    const text = clipped(`${isChosen ? '❯ ' : '  '}${visible(says)}`, width)
    return apart([{ text, tone }], [{ text: clipped(visible(about), 24), tone: 'dim' }], width)
  })
  const none: Line = [{ text: '  Nothing matches.', tone: 'dim' }]
  return [
    [{ text: ': ', tone: 'accent' }, { text: clipped(visible(palette.text), width - 3, 'start') }, { text: '▏', tone: 'accent' }],
    ...(entries.length > 0 ? lines : [none]),
  ]
}

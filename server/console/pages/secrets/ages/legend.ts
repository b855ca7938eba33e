import { type Aged, ageOf, endsSoon, isUnread, shadeOf } from './age.ts'

interface Entry {
  /** In the address. */
  readonly name: string
  readonly label: string
  /** Shades are alternatives: a value has one of them. Marks are conditions in addition. */
  readonly mark?: 'ring' | 'dot'
  holds(secret: Aged, now: number): boolean
}

const shade = (name: string, label: string, at: number): Entry => ({
  name,
  label,
  holds: (secret, now) => shadeOf(ageOf(secret, now)) === at,
})

/** What the squares show; each entry is also a filter. */
export const LEGEND: readonly Entry[] = [
  shade('week', 'up to 7 days', 0),
  shade('month', 'up to 30 days', 1),
  shade('quarter', 'up to 90 days', 2),
  shade('older', 'older', 3),
  { name: 'ends', label: 'expires within 30 days', mark: 'ring', holds: endsSoon },
  { name: 'unread', label: 'not read in 90 days', mark: 'dot', holds: isUnread },
]

/** The entries of the legend that are pressed, or undefined while the map is hidden: it filters only as long as it is visible. */
export type Pressed = readonly string[] | undefined

/** In the address: the names, or this for a map without a filter. */
const ALL = 'all'

export function pressedOf(query: URLSearchParams): Pressed {
  const text = query.get('map') ?? ''
  if (text === '') return undefined
  return LEGEND.map(({ name }) => name).filter(name => text.split(',').includes(name))
}

/** The entry `map` of the address. */
export function textOf(pressed: Pressed): string {
  if (pressed === undefined) return ''
  return pressed.length === 0 ? ALL : pressed.join(',')
}

/** The secrets that the pressed entries leave, in their order; the same list if none is pressed. */
export function ofLegend<T extends Aged>(secrets: readonly T[], pressed: Pressed, now: number): readonly T[] {
  if (pressed === undefined || pressed.length === 0) return secrets
  const entries = LEGEND.filter(({ name }) => pressed.includes(name))
  const shades = entries.filter(({ mark }) => !mark)
  const marks = entries.filter(({ mark }) => mark)
  return secrets.filter(
    secret =>
      (shades.length === 0 || shades.some(entry => entry.holds(secret, now))) && marks.every(entry => entry.holds(secret, now)),
  )
}

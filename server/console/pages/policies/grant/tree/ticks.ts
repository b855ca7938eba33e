import type { Place } from '../place.ts'

/** What a box of the tree stands for: a whole vault (`path` is empty), a folder with all that is in it, or a secret. */
export interface Choice {
  readonly vault_id: string
  readonly kind: 'vault' | 'folder' | 'secret'
  readonly path: string
}

/** `true`: a line is exactly this. `included`: a line is a folder or a vault around it. `mixed`: lines are inside of it. */
export type Tick = boolean | 'included' | 'mixed'

const ALL = '/**'

/** The pattern of the line that a ticked box makes. */
export function patternOf({ kind, path }: Choice): string {
  if (kind === 'vault') return '**'
  return kind === 'folder' ? `${path}${ALL}` : path
}

/** How the lines of the form show in the box. Other patterns than those of boxes are lines only. */
export function tickOf(choice: Choice, places: readonly Place[]): Tick {
  const patterns = places.filter(({ vault_id }) => vault_id === choice.vault_id).map(({ pattern }) => pattern.trim())
  if (patterns.includes(patternOf(choice))) return true
  if (patterns.some(pattern => isAround(pattern, choice))) return 'included'
  return patterns.some(pattern => isInside(pattern, choice)) && 'mixed'
}

/**
 * The lines after a box is ticked or unticked. Ticked, it fills an empty line or adds one, in place of the lines of boxes inside of it;
 * what was typed stays. Unticked, its lines are removed; one line always remains.
 */
export function ticked(choice: Choice, places: readonly Place[]): readonly Place[] {
  const { vault_id } = choice
  const pattern = patternOf(choice)
  const isLine = (place: Place) => place.vault_id === vault_id && place.pattern.trim() === pattern
  const key = places.reduce((most, place) => Math.max(most, place.key), -1) + 1
  if (places.some(isLine)) {
    const left = places.filter(place => !isLine(place))
    return left.length > 0 ? left : [{ key, vault_id, pattern: '' }]
  }
  const kept = places.filter(place => !(place.vault_id === vault_id && place.isPicked && isInside(place.pattern, choice)))
  const line = { key, vault_id, pattern, isPicked: true }
  const empty = kept.findIndex(place => place.pattern.trim() === '')
  return empty < 0 ? [...kept, line] : kept.with(empty, line)
}

function isAround(pattern: string, { kind, path }: Choice): boolean {
  if (kind === 'vault') return false
  return pattern === '**' || (pattern.endsWith(ALL) && path.startsWith(pattern.slice(0, -ALL.length + 1)))
}

function isInside(pattern: string, { kind, path }: Choice): boolean {
  if (pattern === '' || kind === 'secret') return false
  return kind === 'vault' ? pattern !== '**' : pattern.startsWith(`${path}/`) && pattern !== `${path}${ALL}`
}

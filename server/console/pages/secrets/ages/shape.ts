import type { Square } from './squares.ts'

/** The place of a square, with the gap around it: as large as a finger needs, in CSS pixels. */
export const STEP = 24
const GAP = 4

/** Where a square is in a group that is so many squares wide. */
export function spotOf(index: number, columns: number): { readonly x: number; readonly y: number } {
  return { x: (index % columns) * STEP, y: Math.floor(index / columns) * STEP }
}

/** The oldest shade. */
export const OLDEST = 3

/**
 * All squares of one look as one path, so that thousands of them are a few elements. They are filled from the bottom, the higher the older:
 * a shade is distinguished by more than its colour. The newest are empty.
 */
export function levelsPath(squares: readonly Square[], columns: number, shade: number): string {
  const side = STEP - GAP - 1
  const height = Math.round((side * shade) / OLDEST)
  return squares
    .flatMap((square, index) => {
      if (square.shade !== shade || height === 0) return []
      const { x, y } = spotOf(index, columns)
      return [`M${x + 2.5} ${y + 2.5 + side - height}h${side}v${height}h-${side}z`]
    })
    .join('')
}

/** The outlines of all squares. */
export function squaresPath(squares: readonly Square[], columns: number): string {
  const side = STEP - GAP - 1
  return squares
    .map((_, index) => {
      const { x, y } = spotOf(index, columns)
      return `M${x + 2.5} ${y + 2.5}h${side}v${side}h-${side}z`
    })
    .join('')
}

/** The rings of the squares that expire soon. */
export function ringsPath(squares: readonly Square[], columns: number): string {
  const side = STEP - GAP - 6
  return squares
    .flatMap(({ ends }, index) => {
      if (!ends) return []
      const { x, y } = spotOf(index, columns)
      return [`M${x + 5} ${y + 5}h${side}v${side}h-${side}z`]
    })
    .join('')
}

/** The dots of the squares that nobody read. */
export function dotsPath(squares: readonly Square[], columns: number): string {
  const radius = 3
  return squares
    .flatMap(({ unread }, index) => {
      if (!unread) return []
      const { x, y } = spotOf(index, columns)
      const arc = `a${radius} ${radius} 0 1 0`
      return [`M${x + STEP / 2 - radius} ${y + STEP / 2}${arc} ${2 * radius} 0${arc} ${-2 * radius} 0z`]
    })
    .join('')
}

/** The square at a point of a group, if there is one. */
export function indexAt(x: number, y: number, columns: number, count: number): number | undefined {
  const [column, row] = [Math.floor(x / STEP), Math.floor(y / STEP)]
  const index = row * columns + column
  return column >= 0 && column < columns && row >= 0 && index < count ? index : undefined
}

const MOVES: Readonly<Record<string, (at: number, columns: number, count: number) => number>> = {
  ArrowRight: at => at + 1,
  ArrowLeft: at => at - 1,
  ArrowDown: (at, columns, count) =>
    // From a full row above a shorter one, to the end of that one.
    at + columns >= count && Math.floor(at / columns) < Math.floor((count - 1) / columns) ? count - 1 : at + columns,
  ArrowUp: (at, columns) => at - columns,
  Home: () => 0,
  End: (_at, _columns, count) => count - 1,
}

/** The square that a key moves to from another one of the group; outside of the group, below 0 or from `count` on. */
export function movedBy(key: string, at: number, columns: number, count: number): number | undefined {
  return MOVES[key]?.(at, columns, count)
}

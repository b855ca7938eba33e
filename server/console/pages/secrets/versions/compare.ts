/** A line that both values have, or only one of them. */
export interface Line {
  readonly of: 'both' | 'older' | 'newer'
  readonly text: string
}

/** Larger tables are not filled: the middle of such values is shown as removed and added. */
const MOST_CELLS = 4_000_000

/** The line differences of two values, like in an editor: the longest common run of lines stays. */
export function comparedLines(older: string, newer: string): Line[] {
  const [left, right] = [older.split('\n'), newer.split('\n')]
  let start = 0
  while (start < left.length && start < right.length && left[start] === right[start]) start++
  let end = 0
  while (
    end < left.length - start &&
    end < right.length - start &&
    left[left.length - 1 - end] === right[right.length - 1 - end]
  ) {
    end++
  }
  const same = (texts: readonly string[]) => texts.map(text => ({ of: 'both' as const, text }))
  const middle = between(left.slice(start, left.length - end), right.slice(start, right.length - end))
  return [...same(left.slice(0, start)), ...middle, ...same(left.slice(left.length - end))]
}

function between(left: readonly string[], right: readonly string[]): Line[] {
  const gone = (texts: readonly string[]) => texts.map(text => ({ of: 'older' as const, text }))
  const come = (texts: readonly string[]) => texts.map(text => ({ of: 'newer' as const, text }))
  const width = right.length + 1
  if ((left.length + 1) * width > MOST_CELLS) return [...gone(left), ...come(right)]
  // The length of the longest common run of the remainders, from each position on.
  const longest = new Uint32Array((left.length + 1) * width)
  const at = (row: number, column: number) => longest[row * width + column] ?? 0
  for (let row = left.length - 1; row >= 0; row--) {
    for (let column = right.length - 1; column >= 0; column--) {
      longest[row * width + column] =
        left[row] === right[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1))
    }
  }
  const lines: Line[] = []
  let [row, column] = [0, 0]
  while (row < left.length && column < right.length) {
    const text = left[row] ?? ''
    if (text === right[column]) {
      lines.push({ of: 'both', text })
      row++
      column++
    } else if (at(row + 1, column) >= at(row, column + 1)) {
      lines.push({ of: 'older', text })
      row++
    } else lines.push({ of: 'newer', text: right[column++] ?? '' })
  }
  return [...lines, ...gone(left.slice(row)), ...come(right.slice(column))]
}

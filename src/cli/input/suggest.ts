/** A shorter word would only be a guess. */
const SHORTEST_BEGINNING = 3

/** The known word that is closest to a mistyped one; undefined if none is close. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  const ranked = known.map(word => ({ word, distance: distance(typed, word) })).sort((a, b) => a.distance - b.distance)
  const begun = known.filter(word => typed.length >= SHORTEST_BEGINNING && word.startsWith(typed))
  if (begun.length === 1) return begun[0]
  const [best] = ranked
  return best && best.distance <= Math.max(1, Math.floor(typed.length / 3)) ? best.word : undefined
}

/** A hint for an unknown word: the probably intended one, or else where to look. */
export function didYouMean(typed: string, known: readonly string[], otherwise: string): string {
  const close = nearest(typed, known)
  return close === undefined ? otherwise : `Did you mean ${close}?`
}

/** Edits between two words: insert, delete, replace, and swap of two neighbours (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const edits = [at(previous, j) + 1, at(row, j - 1) + 1, at(previous, j - 1) + same]
      row.push(Math.min(...edits, ...(swapped ? [at(before, j - 2) + 1] : [])))
    }
    before = previous
    previous = row
  }
  return at(previous, b.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}

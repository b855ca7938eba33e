/**
 * Which names a search matches, for the server, the command line and the pages: words in any order, parts of them, and one typo in a word
 * of five letters or more (`webhok` finds `stripe/webhook`).
 */
import UFuzzy from '@leeoniya/ufuzzy'

/** The number of words that are tried in any order; with more, their order counts. */
const PERMUTED = 3
/** The number of hits that are sorted by how well they match; further ones follow unsorted. */
const RANKED = 1500

/** What the slip may leave out: a character of a word, or what stands between two: `appkey` finds `app/key`. */
const SKIPPED = String.raw`[a-z\d'/._-]`

const fuzzy = new UFuzzy({ intraChars: SKIPPED, intraMode: 1, intraIns: 1, intraSub: 1, intraTrn: 1, intraDel: 1 })

/** The indexes of the names that a text can mean, in their own order; all of them for an empty text. */
export function placesOf(text: string, names: readonly string[]): number[] {
  const wanted = text.trim()
  if (wanted === '') return names.map((_, place) => place)
  return fuzzy.search([...names], wanted, PERMUTED, 0)[0]?.toSorted((one, other) => one - other) ?? containing(wanted, names)
}

/** The same, the best match first. */
export function rankedPlacesOf(text: string, names: readonly string[]): number[] {
  const wanted = text.trim()
  if (wanted === '') return names.map((_, place) => place)
  const [places, info, order] = fuzzy.search([...names], wanted, PERMUTED, RANKED)
  if (!places) return containing(wanted, names)
  return info && order ? order.flatMap(at => info.idx[at] ?? []) : [...places]
}

/** Text without a Latin letter or a digit has no words for the matcher: it is searched for literally. */
function containing(wanted: string, names: readonly string[]): number[] {
  const lower = wanted.toLowerCase()
  return names.flatMap((name, place) => (name.toLowerCase().includes(lower) ? [place] : []))
}

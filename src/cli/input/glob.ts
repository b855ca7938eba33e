/** Whether a name matches a pattern in which `*` is any number of characters and `?` is one; nothing else is special. */
export function fitsGlob(pattern: string, name: string): boolean {
  const [wanted, given] = [[...pattern], [...name]]
  let [p, n] = [0, 0]
  let star = -1
  let resume = 0
  while (n < given.length) {
    if (wanted[p] === '*') {
      star = p++
      resume = n
    } else if (wanted[p] === '?' || wanted[p] === given[n]) {
      p++
      n++
    } else if (star >= 0) {
      // Only the last star is ever resumed, so this takes at most the product of both lengths.
      p = star + 1
      n = ++resume
    } else return false
  }
  return wanted.slice(p).every(character => character === '*')
}

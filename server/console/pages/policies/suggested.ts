/** More are not suggested; a longer word finds them. */
const MOST = 200

/** Those that have in them what is typed. */
export function suggested(all: readonly string[], typed: string): string[] {
  const words = typed.trim().toLowerCase()
  const found: string[] = []
  for (const each of all) {
    if (found.length === MOST) break
    if (each.toLowerCase().includes(words)) found.push(each)
  }
  return found
}

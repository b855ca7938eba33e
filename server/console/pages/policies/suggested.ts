/** The most suggestions; more typing finds the others. */
const MOST = 200

/** The paths that contain the typed text. */
export function suggested(all: readonly string[], typed: string): string[] {
  const words = typed.trim().toLowerCase()
  const found: string[] = []
  for (const each of all) {
    if (found.length === MOST) break
    if (each.toLowerCase().includes(words)) found.push(each)
  }
  return found
}

import { Problem } from '../../problem.ts'

/** `key=value` words as the `metadata` of a request; absent when there are none. Throws `usage`. */
export function metadataOf(words: readonly string[] = []): { metadata?: Record<string, string> } {
  if (words.length === 0) return {}
  const pairs = words.map(word => {
    const at = word.indexOf('=')
    if (at < 1) throw new Problem('usage', 'Metadata must have the form key=value.')
    return [word.slice(0, at), word.slice(at + 1)] as const
  })
  return { metadata: Object.fromEntries(pairs) }
}

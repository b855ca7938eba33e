import type { FlagSpecs } from './flag-spec.ts'

/** `--mask` → `--mask=pipes`: flags with an optional value get their default, up to `--`. */
export function withBareValues(specs: FlagSpecs, words: readonly string[]): string[] {
  const dashes = words.indexOf('--')
  const end = dashes === -1 ? words.length : dashes
  return words.map((word, at) => {
    const spec = at < end && word.startsWith('--') ? specs[word.slice(2)] : undefined
    return spec?.type === 'string' && spec.bare !== undefined ? `${word}=${spec.bare}` : word
  })
}

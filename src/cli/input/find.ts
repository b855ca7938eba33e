import { rankedPlacesOf } from '../../name-match.ts'

/** The results of a search, the best match first. */
export function byFit<T extends { readonly name: string; readonly about?: string | undefined }>(
  text: string,
  found: readonly T[],
): T[] {
  const names = found.map(({ name, about }) => (about === undefined ? name : `${name} ${about}`))
  return rankedPlacesOf(text, names).flatMap(place => found[place] ?? [])
}

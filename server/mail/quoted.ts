const LONGEST = 120

/**
 * A person's text for a mail: on one line, shortened, in quotes, and without anything that a mail program would turn into a link, so that
 * nobody mistakes it for the server's own words.
 */
export function quoted(text: string): string {
  const line = text
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .replaceAll('"', '’')
    .trim()
  const unlinked = line.replace(/:\/\//g, ' ').replace(/(?<=[\p{L}\p{N}-])\.(?=[\p{L}\p{N}])/gu, '[.]')
  const characters = [...unlinked]
  return `"${characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join('')}…` : unlinked}"`
}

const LONGEST = 120

/**
 * What somebody has written, for a mail: on one line, cut, in quotes, and with nothing that a mail program makes a link of. It cannot
 * be taken for the server's own words.
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

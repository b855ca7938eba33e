/**
 * Characters that control a terminal, break its lines, reverse its text or are invisible: controls, line separators, bidirectional marks,
 * zero-width ones. A joiner counts only next to Latin letters, because other scripts and emoji need it.
 */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to be shown
  /[\u0000-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]|(?<=[\x20-\x7e]|^)[\u200c\u200d]|[\u200c\u200d](?=[\x20-\x7e]|$)/g

/** Writes these characters as JSON escapes. */
export function visible(text: string): string {
  return text.replace(UNSEEN, written)
}

function written(character: string): string {
  const json = JSON.stringify(character).slice(1, -1)
  return json.length > 1 ? json : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Sequences that this program itself writes: colours and weights, and the start of a rewritten line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what has to be found
const OURS = /(\u001b\[(?:0|[1-4]|2[2-4]|3[0-79]|9[0-7])?m|\r\u001b\[K|\r?\n|\t)/

/** Makes text safe for a terminal: text from others must not control it. Lines, tabs and our own colours stay. */
export function terminalText(text: string): string {
  const parts = text.split(OURS)
  return parts.map((part, index) => (index % 2 === 1 ? part : visible(part))).join('')
}

/** The same for text without colours of ours: lines and tabs stay. */
export function uncoloured(text: string): string {
  const parts = text.split(/(\r?\n|\t)/)
  return parts.map((part, index) => (index % 2 === 1 ? part : visible(part))).join('')
}

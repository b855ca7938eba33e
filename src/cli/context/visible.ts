/**
 * Characters that would drive a terminal, break its lines, turn the direction of its text or cannot be seen: controls, line separators,
 * bidirectional marks, zero-width ones. A joiner counts only beside Latin letters: other scripts and emoji are written with it.
 */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to be shown
  /[\u0000-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]|(?<=[\x20-\x7e]|^)[\u200c\u200d]|[\u200c\u200d](?=[\x20-\x7e]|$)/g

/** These characters, written out as in JSON. */
export function visible(text: string): string {
  return text.replace(UNSEEN, written)
}

function written(character: string): string {
  const json = JSON.stringify(character).slice(1, -1)
  return json.length > 1 ? json : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** What this program itself writes to a terminal: colours and weights, and the start of a line that is written over. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what has to be found
const OURS = /(\u001b\[(?:0|[1-4]|2[2-4]|3[0-79]|9[0-7])?m|\r\u001b\[K|\r?\n|\t)/

/** Text for a terminal: what others have written in it must not drive the terminal. Lines, tabs and our own colours stay. */
export function terminalText(text: string): string {
  const parts = text.split(OURS)
  return parts.map((part, index) => (index % 2 === 1 ? part : visible(part))).join('')
}

/** The same for text without colours of ours: lines and tabs stay. */
export function uncoloured(text: string): string {
  const parts = text.split(/(\r?\n|\t)/)
  return parts.map((part, index) => (index % 2 === 1 ? part : visible(part))).join('')
}

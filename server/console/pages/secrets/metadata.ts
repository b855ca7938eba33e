type Metadata = Readonly<Record<string, unknown>>

/**
 * Reads lines of `key=value`. A value that is JSON other than a string (`3`, `true`, `{"a":1}`) is stored as such, so that what a program
 * wrote is restored unchanged. Returns a sentence for an invalid line.
 */
export function metadataOf(lines: string): Metadata | string {
  const pairs: [string, unknown][] = []
  for (const line of lines.split('\n')) {
    if (line.trim() === '') continue
    const at = line.indexOf('=')
    if (at < 1) return `Write each line as key=value; this line is not: ${line.trim()}`
    pairs.push([line.slice(0, at).trim(), parsed(line.slice(at + 1).trim())])
  }
  return Object.fromEntries(pairs)
}

/** The opposite: one line an entry. */
export function linesOf(metadata: Metadata = {}): string {
  return Object.entries(metadata)
    .map(([key, value]) => `${key}=${shownAs(value)}`)
    .join('\n')
}

/** A metadata value for people: text unchanged, anything else as JSON. Text that would be read as JSON is quoted. */
export function shownAs(value: unknown): string {
  return typeof value === 'string' && parsed(value) === value && !value.includes('\n') ? value : JSON.stringify(value)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

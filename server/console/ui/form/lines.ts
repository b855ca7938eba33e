/** The entries of a text area with one entry per line. */
export function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map(line => line.trim())
    .filter(line => line !== '')
}

/** The fault of the first line that breaks a rule; the rule completes the sentence “Line 2 …”. */
export function lineFault(text: string, rule: (line: string) => string | undefined): string | undefined {
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const fault = line.trim() === '' ? undefined : rule(line.trim())
    if (fault) return `Line ${index + 1} ${fault}`
  }
  return undefined
}

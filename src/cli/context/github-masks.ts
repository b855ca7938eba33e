/** A shorter line would turn half of the log into asterisks. */
const SHORTEST_LINE = 4

/**
 * The workflow commands that make GitHub's runner hide these values in logs: each whole, and each line of those with several. They go
 * to stderr, where the runner sees them as well, because stdout may be on its way into a shell.
 */
export function addMaskCommands(values: Iterable<string>): string {
  const masked = new Set<string>()
  for (const value of values) {
    if (value.trim() !== '') masked.add(value)
    const lines = value.split(/\r\n|\n|\r/)
    if (lines.length > 1) for (const line of lines) if (line.trim().length >= SHORTEST_LINE) masked.add(line)
  }
  return [...masked].map(text => `::add-mask::${escaped(text)}\n`).join('')
}

/** https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts, `escapeData` */
function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

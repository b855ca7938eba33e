/** A shorter line would turn half of the log into asterisks. */
const SHORTEST_LINE = 4

type Environment = Readonly<Record<string, string | undefined>>

/** The command that hides a text in the log of a CI system. */
const COMMANDS: readonly { readonly runs: (env: Environment) => boolean; readonly command: (text: string) => string }[] = [
  // https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts, `escapeData`
  { runs: env => env['GITHUB_ACTIONS'] === 'true', command: text => `::add-mask::${escaped(text, '%25')}` },
  // https://github.com/microsoft/azure-pipelines-task-lib/blob/master/node/taskcommand.ts, `escapedata`
  { runs: env => env['TF_BUILD']?.toLowerCase() === 'true', command: text => `##vso[task.setsecret]${escaped(text, '%AZP25')}` },
]

/**
 * The commands that make a CI system hide these values in logs: each whole value, and each of its lines. They go to stderr, where the
 * runner sees them as well, because stdout may go to a shell. Empty if there is no such command.
 */
export function maskCommands(env: Environment, values: Iterable<string>): string {
  const command = COMMANDS.find(({ runs }) => runs(env))?.command
  if (!command) return ''
  const masked = new Set<string>()
  for (const value of values) {
    if (value.trim() !== '') masked.add(value)
    const lines = value.split(/\r\n|\n|\r/)
    if (lines.length > 1) for (const line of lines) if (line.trim().length >= SHORTEST_LINE) masked.add(line)
  }
  return [...masked].map(text => `${command(text)}\n`).join('')
}

function escaped(text: string, percent: string): string {
  return text.replaceAll('%', percent).replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

/** The text as one word of a POSIX shell: in quotes, unless every shell takes it as it is. */
export function shellWord(text: string): string {
  return /^[\w@%+:,./-][\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

/**
 * A command line of 1claw to paste into a shell. Names and addresses can be chosen by others: the shell reads each as one word, and an
 * argument that begins with a dash comes last, after `--`. A flag without a value is left out.
 */
export function commandLine(command: string, argument: string, flags: Readonly<Record<string, string | undefined>> = {}): string {
  const given = Object.entries(flags).flatMap(([flag, value]) => (value === undefined ? [] : [`--${flag}`, shellWord(value)]))
  const words = argument.startsWith('-') ? [...given, '--', shellWord(argument)] : [shellWord(argument), ...given]
  return ['1claw', command, ...words].join(' ')
}

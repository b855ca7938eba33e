import { PROBLEMS, Problem } from '../../problem.ts'
import { coloured, type Output } from '../context/terminal.ts'
import { visible } from '../context/visible.ts'

interface Reporter {
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Whether this command line asks for JSON. The words themselves are checked, because a failure can happen before they are parsed. */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  const own = end === -1 ? argv : argv.slice(0, end)
  return own.some(
    (word, i) =>
      word === '--json' ||
      /^--jq(=|$)/.test(word) ||
      /^(--output=|-o=?)json$/.test(word) ||
      (/^(--output|-o)$/.test(word) && own[i + 1] === 'json'),
  )
}

/** Reports why a run failed, for people or programs: on stderr, because stdout is for results. Returns the exit code. */
export function report(to: Reporter, error: unknown, argv: readonly string[]): number {
  const problem = problemOf(error)
  if (wantsJson(argv)) to.stderr.write(`${JSON.stringify(jsonOf(problem), undefined, 2)}\n`)
  else to.stderr.write(textOf(problem, argv.includes('--verbose'), coloured(to.stderr, to.env)))
  return problem.exitCode
}

/**
 * Anything but a `Problem` is either an error of the operating system, whose message names a file, or a bug, whose message can contain
 * anything.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof Error && 'syscall' in error && 'code' in error) return new Problem('internal', error.message)
  const kind = error instanceof Error ? error.name : typeof error
  return new Problem('internal', `An internal error occurred (${kind}).`, {
    hint: 'This is a bug. Please report it with the command you ran.',
  })
}

function textOf({ code, message, extras }: Problem, verbose: boolean, colour: boolean): string {
  const paint = (style: number, text: string) => (colour ? `\u001b[${style}m${text}\u001b[0m` : text)
  const [what = '', ...more] = message.split('\n').map(visible)
  // Indented, so no line of a server's message can look like one of ours.
  const lines = [`${paint(31, 'error:')} ${what}`, ...more.map(line => `  ${line.trim()}`)]
  for (const [field, fault] of Object.entries(extras.fields ?? {})) {
    // A server with a single fault has already named it in its sentence.
    if (message !== `${field} ${fault}.`) lines.push(`  ${visible(field)}: ${visible(fault)}`)
  }
  if (extras.retryAfter !== undefined) lines.push(`Try again in ${extras.retryAfter} s.`)
  if (extras.hint) lines.push(`${paint(36, 'hint:')} ${visible(extras.hint)}`)
  if (verbose && extras.requestId) lines.push(`request: ${visible(extras.requestId)}`)
  if (verbose) lines.push(`problem: ${code}`)
  return `${lines.join('\n')}\n`
}

function jsonOf({ code, message, status, exitCode, extras }: Problem) {
  return {
    error: {
      code,
      title: PROBLEMS[code].title,
      detail: message,
      ...(status > 0 && { status }),
      exit_code: exitCode,
      ...(extras.hint && { hint: extras.hint }),
      ...(extras.fields && { fields: extras.fields }),
      ...(extras.retryAfter !== undefined && { retry_after: extras.retryAfter }),
      ...(extras.requestId && { request_id: extras.requestId }),
    },
  }
}

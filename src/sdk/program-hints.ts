import { Problem } from '../problem.ts'

/** What a program has in place of the flags of the command line. */
const OPTION_OF_FLAG: readonly (readonly [flag: RegExp, option: string])[] = [
  [/^Start a server with `1claw serve`, or check --api-url\.$/, 'Is the server running? Check baseUrl.'],
  [/--api-url\b/g, 'baseUrl'],
  [/--timeout\b/g, 'timeoutMs'],
]

/** Throws a problem again, with a hint that names the options of the client where it named flags. */
export function thrownToProgram(error: unknown): never {
  const hint = error instanceof Problem ? error.extras.hint : undefined
  if (!(error instanceof Problem) || hint === undefined) throw error
  const meant = OPTION_OF_FLAG.reduce((text, [flag, option]) => text.replace(flag, option), hint)
  if (meant === hint) throw error
  throw new Problem(error.code, error.message, { ...error.extras, hint: meant })
}

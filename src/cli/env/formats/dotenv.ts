import { parseEnv } from 'node:util'
import { Problem } from '../../../problem.ts'
import { isReference } from '../../references/reference.ts'
import type { Variable } from '../names.ts'

/**
 * Lines of a `.env` file in forms that POSIX shells, docker compose, python-dotenv, Node and motdotla/dotenv read alike; they are read back
 * before they are printed.
 * @throws Problem `usage` naming what cannot be written like this
 */
export function dotenv(variables: readonly Variable[]): string {
  return variables.map(({ name, value, origin }) => `${name}=${written(value, origin)}\n`).join('')
}

function written(value: string, origin: string): string {
  // A writer of this secret could otherwise choose which other secret the reader puts into this variable.
  if (isReference(value)) {
    throw new Problem('usage', `The value of ${origin} would be read from a .env file as a reference to another secret.`, {
      hint: 'Use --format shell or json, or `1claw run`.',
    })
  }
  const exact = formsOf(value).find(form => parseEnv(`A=${form}\n`)['A'] === value)
  if (exact !== undefined) return exact
  throw new Problem('usage', `The value of ${origin} has ${reasonOf(value)}, which not all readers of .env files read alike.`, {
    hint: 'Use --format shell or json, or `1claw run`.',
  })
}

/** A shell would run backticks; some programs drop carriage returns. */
function formsOf(value: string): string[] {
  if (/^[A-Za-z0-9_./:@%+,-]+$/.test(value)) return [value]
  if (value.includes('\r')) return []
  // python-dotenv expands `${X}` in single quotes, too, and takes a backslash before a backslash or the end for an escape.
  if (!/'|\$\{|\\\\|\\$/.test(value)) return [`'${value}'`]
  return /["$`\\]/.test(value) ? [] : [`"${value}"`]
}

function reasonOf(value: string): string {
  if (value.includes('\r')) return 'a carriage return'
  if (value.includes('${')) return 'something like a reference to a variable'
  return value.includes("'") ? 'quotes and other special characters at once' : 'backslashes in a row or at the end'
}

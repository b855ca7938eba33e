import { parseEnv } from 'node:util'
import { Problem } from '../../../problem.ts'
import type { Variable } from '../names.ts'

/**
 * Lines of a `.env` file as Node's `--env-file` reads them. That syntax has three kinds of quotes and no escapes, and drops carriage
 * returns, so each value is written in the way that most other readers understand as well, and read back before it is let out.
 * @throws Problem `usage` naming what cannot be written so.
 */
export function dotenv(variables: readonly Variable[]): string {
  return variables.map(({ name, value, origin }) => `${name}=${written(value, origin)}\n`).join('')
}

function written(value: string, origin: string): string {
  const ways = /^[A-Za-z0-9_./:@%+,-]+$/.test(value) ? [value] : quoted(value)
  const exact = ways.find(way => parseEnv(`A=${way}\n`)['A'] === value)
  if (exact !== undefined) return exact
  const why = value.includes('\r') ? 'a carriage return' : 'too many kinds of quotes'
  throw new Problem('usage', `The value of ${origin} has ${why}, which a .env file cannot express.`, {
    hint: 'Use --format shell or json, or `1claw run`.',
  })
}

/** Others expand `$` and backslashes between double quotes, and some do not know backticks. */
function quoted(value: string): string[] {
  const [single, double, back] = [`'${value}'`, `"${value}"`, `\`${value}\``]
  return /[\\$]/.test(value) ? [single, back, double] : [single, double, back]
}

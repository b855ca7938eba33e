import { isReference, parseReference, type Reference } from '../references/reference.ts'
import { parseDotenv } from './parse-dotenv.ts'

/** A line of an env file: a literal value or a reference to a secret. */
export type Entry =
  | { readonly name: string; readonly origin: string; readonly value: string; readonly literal: true }
  | { readonly name: string; readonly origin: string; readonly reference: Reference }

/**
 * Reads a `.env` file like Node.js' `--env-file`. A value that starts with `1claw://` is a reference.
 * @throws Problem `usage` for an invalid reference
 */
export function envFileEntries(text: string, file: string): Entry[] {
  return parseDotenv(text).map(([name, value]) => {
    const origin = `${name} in ${file}`
    return isReference(value)
      ? { name, origin, reference: parseReference(value, origin) }
      : { name, origin, value, literal: true }
  })
}

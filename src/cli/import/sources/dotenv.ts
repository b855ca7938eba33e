import { parseDotenv } from '../../env/parse-dotenv.ts'
import { leftOut, type Source } from '../entry.ts'

/** Lines of a `.env` file, as `run --env-file` reads them. References are not values and stay where they are. */
export function dotenvSource(text: string): Source {
  const all = parseDotenv(text)
  const references = all.filter(([, value]) => value.startsWith('1claw://'))
  const empty = all.filter(([, value]) => value === '')
  return {
    entries: all
      .filter(each => !references.includes(each) && !empty.includes(each))
      .map(([name, value]) => ({ names: [name], value })),
    notes: [
      ...notUnderstood(text),
      ...leftOut(
        references.map(([name]) => name),
        'these are references',
      ),
      ...leftOut(
        empty.map(([name]) => name),
        'they have no value',
      ),
    ],
  }
}

/** `NAME=value` with a value in quotes, which may have line breaks, or up to the end of its line. */
const ASSIGNMENT = /^[ \t]*[^\s=#][^=\n]*=[ \t]*(?:"[^"]*"|'[^']*'|`[^`]*`)?[^\n]*/gm

/** Lines that are no assignment, no comment and not blank, by their numbers: what is on them may be a value. */
function notUnderstood(text: string): string[] {
  const rest = text.replace(ASSIGNMENT, found => found.replace(/[^\n]/g, ''))
  const numbers = rest.split('\n').flatMap((line, index) => (/^\s*(#|$)/.test(line) ? [] : [index + 1]))
  return leftOut(
    numbers.map(number => `line ${number}`),
    'these are not NAME=value',
  )
}

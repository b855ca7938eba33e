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

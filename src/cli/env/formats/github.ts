import { randomUUID } from 'node:crypto'
import type { Variable } from '../names.ts'
import { unfit } from './unfit.ts'

/**
 * Entries of the file `$GITHUB_ENV`, which sets the variables of later steps, or `$GITHUB_OUTPUT`. The delimiter is random for each value,
 * so that no value can end itself and set others.
 * @throws Problem `usage` for a carriage return at the end, which the runner on Windows treats as part of the line break
 */
export function github(variables: readonly Variable[]): string {
  return variables
    .map(({ name, value, origin }) => {
      if (value.endsWith('\r')) throw unfit(origin, 'ends with a carriage return', 'the environment file of GitHub')
      const delimiter = `end_${randomUUID()}`
      return `${name}<<${delimiter}\n${value}\n${delimiter}\n`
    })
    .join('')
}

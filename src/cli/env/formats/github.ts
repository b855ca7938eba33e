import { randomUUID } from 'node:crypto'
import type { Variable } from '../names.ts'

/**
 * Entries of the file `$GITHUB_ENV`, which sets the variables of the steps that follow. The delimiter is random for each value, so
 * that no value can end itself and go on to set others.
 */
export function github(variables: readonly Variable[]): string {
  return variables
    .map(({ name, value }) => {
      const delimiter = `end_${randomUUID()}`
      return `${name}<<${delimiter}\n${value}\n${delimiter}\n`
    })
    .join('')
}

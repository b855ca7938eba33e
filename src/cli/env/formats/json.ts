import type { Variable } from '../names.ts'

/** One object of strings. */
export function json(variables: readonly Variable[]): string {
  return `${JSON.stringify(Object.fromEntries(variables.map(({ name, value }) => [name, value])), undefined, 2)}\n`
}

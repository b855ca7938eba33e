import type { Variable } from '../names.ts'

/** RFC 4180 with a heading. Exact, so nothing is disarmed: do not open it in a spreadsheet. */
export function csv(variables: readonly Variable[]): string {
  return ['name,value', ...variables.map(({ name, value }) => `${name},"${value.replaceAll('"', '""')}"`)]
    .map(line => `${line}\r\n`)
    .join('')
}

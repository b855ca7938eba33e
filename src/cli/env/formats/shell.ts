import type { Variable } from '../names.ts'

/** `export` commands for `eval` in any POSIX shell: between single quotes only the quote itself is special. */
export function shell(variables: readonly Variable[]): string {
  return variables.map(({ name, value }) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`).join('')
}

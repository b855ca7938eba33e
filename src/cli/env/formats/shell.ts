import type { Variable } from '../names.ts'

/** `export` commands for `eval` in any POSIX shell: between single quotes nothing means anything but the quote itself. */
export function shell(variables: readonly Variable[]): string {
  return variables.map(({ name, value }) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`).join('')
}

import type { Variable } from '../names.ts'

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** An attribute set of Nix. Each dollar is escaped, so that none starts an interpolation. */
export function nix(variables: readonly Variable[]): string {
  const lines = variables.map(({ name, value }) => `  "${name}" = "${escaped(value)}";\n`)
  return `{\n${lines.join('')}}\n`
}

function escaped(value: string): string {
  return value.replace(/["\\$\n\r\t]/g, character => ESCAPES[character] ?? `\\${character}`)
}

import { spawnSync } from 'node:child_process'
import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import { replaceFile } from '../context/private-file.ts'
import { textIn } from '../context/text-file.ts'
import { within } from '../context/working-folder.ts'
import { encoded } from './formats/encoders.ts'
import type { Variable } from './names.ts'
import { parseDotenv } from './parse-dotenv.ts'

interface Flags {
  readonly force?: boolean | undefined
  readonly merge?: boolean | undefined
}

export interface Pulled {
  readonly file: string
  /** False if the file already had this content. */
  readonly written: boolean
  /** Names of the variables that came from the vault. */
  readonly variables: readonly string[]
}

/**
 * Writes variables into a `.env` file.
 * @returns what was done, without values; `warnings` are sentences for people
 * @throws Problem `resource.conflict` for a file with other content
 */
export function pullInto(
  { cwd }: Pick<Context, 'cwd'>,
  name: string,
  variables: readonly Variable[],
  { force, merge }: Flags,
): Pulled & { readonly warnings: readonly string[] } {
  const file = within(cwd, name)
  const there = textIn(file)
  const text = there === undefined || !merge ? encoded('dotenv', variables) : merged(there, variables, name)
  if (there !== undefined && there !== text && !force && !merge) {
    throw new Problem('resource.conflict', `${name} exists with different content.`, {
      hint: 'Replace it with --force, or keep its other lines with --merge.',
    })
  }
  const written = there !== text
  if (written) replaceFile(file, text)
  return { file: name, written, variables: variables.map(variable => variable.name), warnings: warningOf(file, name) }
}

/** `NAME=` at the start of a line, and everything up to the end of its line or of its quotes. */
const ASSIGNMENT = /^[ \t]*(?:export[ \t]+)?([^\s=#][^=\n]*?)[ \t]*=[ \t]*(?:"[^"]*"|'[^']*'|`[^`]*`)?[^\n]*(?:\n|$)/gm

/**
 * The text of a file without the vault's variables, which follow at its end. References stay, because they are read at each run.
 * @throws Problem `usage` when the rest would be read differently
 */
function merged(there: string, variables: readonly Variable[], name: string): string {
  const before = parseDotenv(there)
  const referring = new Set(before.flatMap(([key, value]) => (value.startsWith('1claw://') ? [key] : [])))
  const pulled = variables.filter(variable => !referring.has(variable.name))
  const names = new Set(pulled.map(variable => variable.name))
  const kept = there.replace(ASSIGNMENT, (line, key: string) => (names.has(key) ? '' : line))
  const expected = before.filter(([key]) => !names.has(key))
  if (JSON.stringify(parseDotenv(kept)) !== JSON.stringify(expected)) {
    throw new Problem('usage', `The lines of ${name} are ambiguous, so nothing was written.`, {
      hint: 'Replace it with --force, or write to another file with --out-file.',
    })
  }
  return `${kept}${kept === '' || kept.endsWith('\n') ? '' : '\n'}${encoded('dotenv', pulled)}`
}

/** Warns about a file of secrets that Git would commit. Does nothing without Git, or outside a repository. */
function warningOf(file: string, name: string): string[] {
  const folder = file.slice(0, Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\'))) || '.'
  // A repository can configure a program that Git runs to look for changes.
  const words = ['-c', 'core.fsmonitor=false', 'check-ignore', '--quiet', '--', file]
  const { status } = spawnSync('git', words, { cwd: folder, stdio: 'ignore', timeout: 2000 })
  return status === 1 ? [`note: git does not ignore ${name}. Add it to .gitignore before you commit.`] : []
}

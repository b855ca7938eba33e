import { Flags } from '@oclif/core'
import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import { bytesOf } from '../context/terminal.ts'
import { contentOf } from '../input/text-argument.ts'
import { ORIGINS, type Origin } from './origin.ts'
import { type Item, type Naming, named } from './paths.ts'
import { sourceOf } from './source.ts'

/** Flags for the format of a file and the paths of its names; `import` and `diff` share them. */
export const SOURCE_FLAGS = {
  from: Flags.option({
    options: ORIGINS,
    description: 'Tool that wrote the file (default: detected from its name and content).',
  })(),
  prefix: Flags.string({ helpValue: '<text>', description: 'Put this before every path, such as prod/.' }),
  map: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: '<name=path>',
    description: "Give a name another path; 'AWS_*=aws/*' for many. Repeatable.",
  }),
  exclude: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: '<pattern>',
    description: 'Exclude matching names. Repeatable.',
  }),
}

/** The parsed `SOURCE_FLAGS`. */
export interface SourceFlags extends Naming {
  readonly from?: Origin | undefined
}

/** The secrets in a file (`-` for stdin) with the paths that they get, and remarks for people. */
export async function itemsOf(
  context: Context,
  file: string,
  flags: SourceFlags,
): Promise<{ items: Item[]; notes: readonly string[] }> {
  const bytes = file === '-' ? await bytesOf(context.stdin) : contentOf(context, file)
  const { entries, notes } = await sourceOf({ name: file === '-' ? 'stdin' : file, bytes }, flags.from)
  const items = named(entries, flags)
  if (items.length === 0) throw new Problem('usage', `${file === '-' ? 'Stdin' : file} has no secrets to import.`, hintOf(notes))
  return { items, notes }
}

function hintOf(notes: readonly string[]): { hint?: string } {
  return notes.length > 0 ? { hint: notes.join(' ') } : {}
}

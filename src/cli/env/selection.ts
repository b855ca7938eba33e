import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Problem } from '../../problem.ts'
import type { Context } from '../context.ts'
import type { SelectionFlags } from '../hot/run-flags.ts'
import type { Selection } from './collect.ts'
import { envFileEntries } from './env-file.ts'

/** What is asked for. `paths` are arguments: of the run's vault, or references. */
export function selectionOf(context: Context, paths: readonly string[], flags: SelectionFlags): Selection {
  return {
    paths,
    prefix: flags.prefix,
    entries: (flags['env-file'] ?? []).flatMap(file => envFileEntries(textOf(context, file), file)),
    only: flags.only?.flatMap(names => names.split(',')).filter(name => name !== ''),
    naming: flags.name ?? 'last',
  }
}

function textOf(context: Context, file: string): string {
  try {
    return readFileSync(resolve(context.cwd, file), 'utf8')
  } catch (error) {
    throw new Problem('usage', `${file} cannot be read.`, { cause: error })
  }
}

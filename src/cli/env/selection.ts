import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import type { SelectionFlags } from '../flags/run-flags.ts'
import type { Selection } from './collect.ts'
import type { Entry } from './env-file.ts'

/** What is asked for. `paths` are arguments: of the run's vault, or references. */
export async function selectionOf(context: Context, paths: readonly string[], flags: SelectionFlags): Promise<Selection> {
  return {
    paths,
    prefix: flags.prefix,
    entries: flags['env-file'] ? await entriesOf(context, flags['env-file']) : [],
    only: flags.only?.flatMap(names => names.split(',')).filter(name => name !== ''),
    naming: flags.name ?? 'last',
  }
}

async function entriesOf(context: Context, files: readonly string[]): Promise<Entry[]> {
  const { envFileEntries } = await import('./env-file.ts')
  return files.flatMap(file => envFileEntries(textOf(context, file), file))
}

function textOf(context: Context, file: string): string {
  try {
    return readFileSync(resolve(context.cwd, file), 'utf8')
  } catch (error) {
    throw new Problem('usage', `Cannot read ${file}.`, { cause: error })
  }
}

import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import { within } from '../context/working-folder.ts'
import type { SelectionFlags } from '../flags/run-flags.ts'
import type { Selection } from './collect.ts'
import type { Entry } from './env-file.ts'

/** The selection. `paths` are arguments: of the run's vault, or references. */
export async function selectionOf(context: Context, paths: readonly string[], flags: SelectionFlags): Promise<Selection> {
  return {
    paths,
    prefix: flags.prefix,
    entries: flags['env-file'] ? await entriesOf(context, flags['env-file']) : [],
    only: flags.only?.flatMap(names => names.split(',')).filter(name => name !== ''),
    ...(flags.exclude && { exclude: flags.exclude }),
    allowSpecial: flags['allow-special']?.flatMap(names => names.split(',')),
    naming: flags.name ?? 'last',
  }
}

async function entriesOf(context: Context, files: readonly string[]): Promise<Entry[]> {
  const [{ envFileEntries }, { textIn }] = await Promise.all([import('./env-file.ts'), import('../context/text-file.ts')])
  return files.flatMap(file => {
    const text = textIn(within(context.cwd, file))
    if (text === undefined) throw new Problem('usage', `Cannot read the file ${file}: there is no such file.`)
    return envFileEntries(text, file)
  })
}

/** The start of every run, after `bin/run.js`: a hot command at once, anything else through oclif. */

import { hotRun } from './fast-path/table.ts'
import { canonical } from './oclif/aliases.ts'
import { leadingFlagsLast } from './oclif/leading-flags.ts'
import { realContext } from './session/real-context.ts'

export async function start(words: readonly string[]): Promise<void> {
  const argv = canonical(leadingFlagsLast(words))
  const run = await hotRun(argv)
  const context = realContext()
  if (!run) {
    const { runOclif } = await import('./oclif/oclif.ts')
    return runOclif(argv, context)
  }
  try {
    await run(context)
  } catch (error) {
    const { report } = await import('./output/report.ts')
    context.exitWith(report(context, error, argv))
  }
}

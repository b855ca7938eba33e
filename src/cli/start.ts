/** The start of every run, after `bin/run.js`: a hot command at once, anything else through oclif. */
import { canonical } from './aliases.ts'
import { realContext } from './context.ts'
import { hotRun } from './hot/table.ts'
import { leadingFlagsLast } from './leading-flags.ts'

export async function start(words: readonly string[]): Promise<void> {
  const argv = canonical(leadingFlagsLast(words))
  const run = await hotRun(argv)
  const context = realContext()
  if (!run) {
    const { runOclif } = await import('./oclif.ts')
    return runOclif(argv, context)
  }
  try {
    await run(context)
  } catch (error) {
    const { report } = await import('./report.ts')
    context.exitWith(report(context, error, argv))
  }
}

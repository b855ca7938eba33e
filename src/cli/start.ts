/** The start of every run, after `bin/run.js`: a command of the fast path at once, anything else through oclif. */

import type { Context } from './context/context.ts'
import { hotRun } from './fast-path/table.ts'
import { canonical } from './oclif/aliases.ts'
import { realContext, standInForPasswd } from './session/real-context.ts'

export async function start(words: readonly string[]): Promise<void> {
  const argv = canonical(words[0]?.startsWith('-') ? (await import('./oclif/leading-flags.ts')).leadingFlagsLast(words) : words)
  const context = realContext()
  if (argv[0] !== 'serve') process.on('uncaughtException', error => void fail(context, error, argv))
  const run = await hotRun(argv, context)
  if (!run) {
    standInForPasswd()
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

/** Handles an uncaught error: a stream that cannot be written, or a bug. It prints no stack trace. */
async function fail(context: Context, error: unknown, argv: readonly string[]): Promise<void> {
  const { isOfOutput, outputFailed } = await import('./context/output-failure.ts')
  if (isOfOutput(error)) process.exit(outputFailed(error))
  const { report } = await import('./output/report.ts')
  process.exit(report(context, error, argv))
}

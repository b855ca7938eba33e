import type { Context } from './context.ts'
import type { GlobalFlags } from './hot/global-flags.ts'
import { printerOf } from './output/printer.ts'
import { replaceFile } from './private-file.ts'

/** Something that is shown once and never again. */
export interface OneTime {
  /** What it is, for the sentence around it: `key of agent bot`. */
  readonly what: string
  readonly secret: string
  /** The whole answer, for JSON and YAML. */
  readonly answer: unknown
}

type OneTimeFlags = Pick<GlobalFlags, 'json' | 'output' | 'quiet'> & { readonly 'out-file'?: string | undefined }

/**
 * Hands over a one-time secret: to a file (0600), as JSON, or as the only line on stdout, so that `KEY=$(1claw … --quiet)` works. The
 * sentence around it goes to stderr.
 */
export async function handOver(context: Context, flags: OneTimeFlags, { what, secret, answer }: OneTime): Promise<void> {
  const printer = printerOf(context, flags)
  const file = flags['out-file']
  if (file !== undefined) {
    writeOrPrint(context, file, secret)
    printer.note(`Wrote the ${what} to ${file}. It is not shown again.`)
    return
  }
  if (printer.format === 'json' || printer.format === 'yaml') return printer.data(answer)
  printer.note(`The ${what}; it is not shown again:`)
  context.stdout.write(`${secret}\n`)
}

/** The secret exists by now and is shown once: when the file cannot be written, stdout is better than nowhere. */
function writeOrPrint(context: Context, file: string, secret: string): void {
  try {
    replaceFile(file, `${secret}\n`)
  } catch (error) {
    context.stdout.write(`${secret}\n`)
    throw error
  }
}

import { maskCommands } from '../context/ci-masks.ts'
import type { Context } from '../context/context.ts'
import { outFileOf, replaceFile } from '../context/private-file.ts'
import { type AnswerFlags, printerOf } from './printer.ts'

/** Something that is shown once and never again. */
export interface OneTime {
  /** Its name for messages: `key of agent bot`. */
  readonly what: string
  readonly secret: string
  /** The whole result, for JSON and YAML. */
  readonly answer: unknown
}

type OneTimeFlags = AnswerFlags & { readonly 'out-file'?: string | undefined }

/**
 * Outputs a one-time secret: to a file (0600), as JSON, or as the only line on stdout, so that `KEY=$(1claw … --quiet)` works. The message
 * about it goes to stderr, after the command that masks the secret in the log of a CI job.
 */
export async function handOver(context: Context, flags: OneTimeFlags, { what, secret, answer }: OneTime): Promise<void> {
  const printer = printerOf(context, flags)
  const file = outFileOf(flags)
  context.stderr.write(maskCommands(context.env, [secret]))
  if (file !== undefined) {
    await orPrint(context, secret, async () => replaceFile(file, `${secret}\n`))
    printer.note(`Wrote the ${what} to ${file}. It is not shown again.`)
    return
  }
  if (printer.format === 'json' || printer.format === 'yaml') return orPrint(context, secret, () => printer.data(answer))
  printer.note(`The ${what}; it is not shown again:`)
  context.stdout.write(`${secret}\n`)
}

/** The secret already exists and is shown once: if its target fails, stdout is better than nothing. */
async function orPrint(context: Context, secret: string, handOut: () => Promise<void>): Promise<void> {
  try {
    await handOut()
  } catch (error) {
    context.stdout.write(`${secret}\n`)
    throw error
  }
}

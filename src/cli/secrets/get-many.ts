import { Problem } from '../../problem.ts'
import { maskCommands } from '../context/ci-masks.ts'
import type { Context } from '../context/context.ts'
import { type AnswerFlags, printerOf } from '../output/printer.ts'
import { SECRET_VALUE } from '../output/views/resources.ts'
import { readMany } from '../references/read.ts'
import { openSession, type SessionFlags } from '../session/session.ts'

interface Flags extends SessionFlags, Omit<AnswerFlags, 'quiet' | 'no-input'> {
  readonly version?: number | undefined
  readonly 'out-file'?: string | undefined
  readonly copy?: boolean | undefined
  readonly 'clear-after'?: string | undefined
}

/**
 * Prints several secrets in the order of their paths, in one round trip: one value on each line, so a shell can separate them.
 * @throws Problem `usage` for a value with several lines; nothing is printed then.
 */
export async function secretsGetMany(context: Context, paths: readonly string[], flags: Flags): Promise<void> {
  for (const name of ['version', 'out-file', 'copy', 'clear-after'] as const) {
    if (flags[name] !== undefined) throw new Problem('usage', `--${name} applies to one secret, and ${paths.length} are named.`)
  }
  const twice = paths.find((path, index) => paths.indexOf(path) < index)
  if (twice !== undefined) throw new Problem('usage', `${twice} is named twice.`)
  const session = await openSession(context, flags)
  const found = await readMany(session.client, await session.vaultId(), paths)
  const secrets = paths.flatMap(path => found.find(secret => secret.path === path) ?? [])
  context.stderr.write(
    maskCommands(
      context.env,
      secrets.map(({ value }) => value),
    ),
  )
  if (flags.json || flags.jq !== undefined || (flags.output !== undefined && flags.output !== 'plain')) {
    return printerOf(context, flags).list(secrets, SECRET_VALUE, '')
  }
  const broken = secrets.find(({ value }) => /[\r\n]/.test(value))
  if (broken) {
    throw new Problem('usage', `${broken.path} has more than one line, so the values could not be distinguished.`, {
      hint: 'Add --json, or read it alone.',
    })
  }
  context.stdout.write(secrets.map(({ value }) => `${value}\n`).join(''))
}

import { Config, run } from '@oclif/core'
import { normalizeArgv } from '@oclif/core/help'
import { settings } from '@oclif/core/settings'
import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import { ROOT } from '../context/version.ts'
import { nearest } from '../input/suggest.ts'
import { report } from '../output/report.ts'

/** Runs a command line through oclif. Commands report their own failures; what fails before one runs is reported here. */
export async function runOclif(argv: readonly string[], context: Context): Promise<void> {
  try {
    // With NODE_ENV=test or development oclif would look for TypeScript sources and a compiler in the user's installation.
    settings.enableAutoTranspile = false
    const config = await Config.load(ROOT)
    refuseUnknown(config, argv)
    await run([...argv], config)
  } catch (error) {
    context.exitWith(exitOf(error) ?? report(context, error, argv))
  }
}

/** oclif ends `--help` with an error that carries the exit code. */
function exitOf(error: unknown): number | undefined {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIT')) return undefined
  const { oclif } = error as { oclif?: { exit?: number } }
  return oclif?.exit ?? 0
}

function refuseUnknown(config: Config, argv: readonly string[]): void {
  const [first] = argv
  if (first === undefined || ['--help', '-h', '--version'].includes(first)) return
  if (first.startsWith('-')) {
    const [flag] = first.split('=')
    throw new Problem('usage', `\`1claw\` has no flag ${flag}.`, { hint: 'See `1claw --help`.' })
  }
  const [id = ''] = normalizeArgv(config, [...argv])
  if (config.findCommand(id) || config.findTopic(id)) return
  // At most two words: what follows may be anything, a secret too.
  const words = id.split(':').slice(0, config.findTopic(first) ? 2 : 1)
  const known = config.commands.filter(({ hidden }) => !hidden).map(command => command.id.replaceAll(':', ' '))
  const close = nearest(words.join(' '), [...known, ...config.topics.map(({ name }) => name)])
  throw new Problem('usage', `There is no command \`1claw ${words.join(' ')}\`.`, {
    hint: close ? `Did you mean \`1claw ${close}\`?` : 'See `1claw --help`.',
  })
}

import { Config } from '@oclif/core/config'
import { normalizeArgv } from '@oclif/core/help'
import { settings } from '@oclif/core/settings'
import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import { ROOT } from '../context/version.ts'
import { GLOBAL_FLAGS } from '../flags/global-flags.ts'
import { didYouMean, nearest } from '../input/suggest.ts'
import { report } from '../output/report.ts'
import HelpPages from './help.ts'
import { globalFlag } from './leading-flags.ts'
import { tooMany } from './usage.ts'

/** Runs a command line through oclif. Commands report their own failures; failures before a command runs are reported here. */
export async function runOclif(argv: readonly string[], context: Context): Promise<void> {
  try {
    // With NODE_ENV=test or development oclif would look for TypeScript sources and a compiler in the user's installation.
    settings.enableAutoTranspile = false
    const config = await Config.load(ROOT)
    refuseUnknown(config, argv)
    if (asksForHelp(argv)) await showHelp(config, argv)
    // Loads all of oclif, which takes longer than printing a help page.
    else await (await import('@oclif/core')).run([...argv], config)
  } catch (error) {
    context.exitWith(exitOf(error) ?? report(context, error, argv))
  }
}

/** Help is printed by `console.log`, which ignores a failed write unless somebody listens; `fail` in start.ts reports it. */
async function showHelp(config: Config, argv: readonly string[]): Promise<void> {
  process.stdout.on('error', error => {
    throw error
  })
  await new HelpPages(config).showHelp(normalizeArgv(config, [...argv]))
}

function asksForHelp(argv: readonly string[]): boolean {
  const dashes = argv.indexOf('--')
  const own = dashes === -1 ? argv : argv.slice(0, dashes)
  return argv.length === 0 || own.some(word => word === '--help' || word === '-h')
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
  if (first.startsWith('-')) throw noFlag('1claw', first, ['--version'])
  const [id = ''] = normalizeArgv(config, [...argv])
  if (config.findCommand(id)) return
  if (config.findTopic(id)) return void refuseFlagsOfTopic(`1claw ${id.replaceAll(':', ' ')}`, argv)
  const words = id.split(':')
  const command = lastPrefix(words, prefix => config.findCommand(prefix) !== undefined)
  const topic = lastPrefix(words, prefix => config.commandIDs.some(known => known.startsWith(`${prefix}:`)))
  if (command.length > topic.length) throw tooMany(command.join(' '), words.length - command.length)
  // Only one word after the known ones: the rest could be anything, even a secret.
  const typed = words[topic.length] ?? ''
  const close = nearest(typed, namesIn(config, topic))
  const meant = close === undefined && topic.length === 0 ? withTopic(config, typed) : close
  throw new Problem('usage', `There is no command \`1claw ${[...topic, typed].join(' ')}\`.`, {
    hint: meant ? `Did you mean \`1claw ${[...topic, meant].join(' ')}\`?` : `See \`1claw ${[...topic, '--help'].join(' ')}\`.`,
  })
}

/** The command with this name in a topic: that of secrets, or the only one. */
function withTopic(config: Config, typed: string): string | undefined {
  const ids = config.commands.filter(({ id, hidden }) => !hidden && id.endsWith(`:${typed}`)).map(({ id }) => id)
  const id = ids.find(known => known === `secrets:${typed}`) ?? (ids.length === 1 ? ids[0] : undefined)
  return id?.replaceAll(':', ' ')
}

/** A topic shows its help, and takes the flags of every command. */
function refuseFlagsOfTopic(topic: string, argv: readonly string[]): void {
  const chars = Object.values(GLOBAL_FLAGS).flatMap(flag => ('char' in flag ? [`-${flag.char}`] : []))
  const known = ['--help', '-h', ...Object.keys(GLOBAL_FLAGS).map(name => `--${name}`), ...chars]
  const unknown = argv.find(word => word.startsWith('-') && word !== '--' && !known.includes(word.split('=')[0] ?? ''))
  if (unknown !== undefined) throw noFlag(topic, unknown, [])
}

function noFlag(of: string, word: string, more: readonly string[]): Problem {
  const [flag = ''] = word.split('=')
  if (globalFlag(flag)) return new Problem('usage', `\`${of}\` needs a command.`, { hint: `See \`${of} --help\`.` })
  const known = ['--help', ...more, ...Object.keys(GLOBAL_FLAGS).map(name => `--${name}`)]
  return new Problem('usage', `\`${of}\` has no flag ${flag}.`, { hint: didYouMean(flag, known, `See \`${of} --help\`.`) })
}

/** The longest known prefix of the words; empty if none is known. */
function lastPrefix(words: readonly string[], isKnown: (id: string) => boolean): readonly string[] {
  for (let length = words.length; length > 0; length--) {
    if (isKnown(words.slice(0, length).join(':'))) return words.slice(0, length)
  }
  return []
}

/** The words that can follow a topic. */
function namesIn(config: Config, topic: readonly string[]): string[] {
  const start = topic.map(word => `${word}:`).join('')
  const ids = [...config.commands.filter(({ hidden }) => !hidden).map(({ id }) => id), ...config.topics.map(({ name }) => name)]
  return [...new Set(ids.filter(id => id.startsWith(start)).map(id => id.slice(start.length).split(':')[0] ?? ''))].filter(
    Boolean,
  )
}

import { type Command, Config } from '@oclif/core'
import { HELP_COLUMNS, headOf } from '../../src/cli/fast-path/help.ts'
import { CommandPage } from '../../src/cli/oclif/help.ts'
import type { Manifest } from './manifest.ts'

/** Every command with its arguments, flags and aliases, which users' scripts rely on. */
export function commandTree(manifest: Manifest): string {
  const commands = Object.values(manifest.commands)
  const common = mostCommon(commands.map(globalFlags))
  const tree = commands.map(command =>
    entry(command, globalFlags(command) === common ? '  (global flags)\n' : globalFlags(command)),
  )
  return `(global flags)\n${common}${tree.join('')}`
}

function entry(command: Command.Cached, globals: string): string {
  const args = Object.values(command.args).map(arg => (arg.required ? arg.name : `[${arg.name}]`))
  const words = [command.id.replaceAll(':', ' '), ...args, ...(command.strict === false ? ['...'] : [])]
  const aliases = [...command.aliases, ...(command.hiddenAliases ?? [])].map(alias => `  also: ${alias.replaceAll(':', ' ')}\n`)
  const own = flagLines(command, flag => flag.helpGroup === undefined)
  return `${words.join(' ')}${command.hidden ? '  (hidden)' : ''}\n${aliases.join('')}${own}${globals}`
}

const globalFlags = (command: Command.Cached) => flagLines(command, flag => flag.helpGroup !== undefined)

function flagLines(command: Command.Cached, wanted: (flag: Command.Flag.Cached) => boolean): string {
  const flags = Object.values(command.flags).filter(wanted)
  return flags
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(flagLine)
    .join('')
}

/** The text that most commands share; empty if there is none. */
function mostCommon(texts: readonly string[]): string {
  const counts = Map.groupBy(texts, text => text)
  return [...counts].toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0] ?? ''
}

function flagLine(flag: Command.Flag.Cached): string {
  const value = flag.type === 'option' ? `=<${flag.options?.join('|') ?? 'value'}>` : ''
  const name = flag.type === 'boolean' && flag.allowNo ? `--[no-]${flag.name}` : `--${flag.name}`
  const notes = [
    ...(flag.char ? [`-${flag.char}`] : []),
    ...(flag.required ? ['required'] : []),
    ...(flag.type === 'option' && flag.multiple ? ['repeatable'] : []),
    ...(flag.type === 'option' && flag.default !== undefined ? [`default ${JSON.stringify(flag.default)}`] : []),
    ...(flag.env ? [`env ${flag.env}`] : []),
    ...(flag.hidden ? ['hidden'] : []),
  ]
  return `  ${name}${value}${notes.length > 0 ? `  (${notes.join(', ')})` : ''}\n`
}

/** The page of every command, as it is printed with 80 columns. It has styles only if `FORCE_COLOR` is set when oclif is loaded. */
export async function helpTexts(root: string, manifest: Manifest, stripAnsi = true): Promise<string> {
  const config = await Config.load({ root, ignoreManifest: true, pjson: undefined })
  return Object.values(manifest.commands)
    .filter(command => !command.hidden)
    .map(command => {
      const loadable = {
        ...command,
        id: command.id.replaceAll(':', ' '),
        load: () => Promise.reject(new Error('Only its help is asked for.')),
      }
      const page = new CommandPage(loadable, config, { maxWidth: HELP_COLUMNS, stripAnsi, usageHeader: '' })
      const summary = command.summary ?? command.description?.split('\n')[0] ?? ''
      return `${headOf(loadable.id)}\n\n${summary}\n\n${page.generate().replace(/ +$/gm, '').trim()}\n\n`
    })
    .join('')
}

import { type Command, Config } from '@oclif/core'
import { CommandPage } from '../../src/cli/help.ts'
import type { Manifest } from './manifest.ts'

/** Every command with its arguments, flags and aliases: what scripts of users rely on. */
export function commandTree(manifest: Manifest): string {
  return Object.values(manifest.commands).map(entry).join('')
}

function entry(command: Command.Cached): string {
  const args = Object.values(command.args).map(arg => (arg.required ? arg.name : `[${arg.name}]`))
  const flags = Object.values(command.flags)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(flagLine)
  const words = [command.id.replaceAll(':', ' '), ...args, ...(command.strict === false ? ['...'] : [])]
  const aliases = [...command.aliases, ...(command.hiddenAliases ?? [])].map(alias => `  also: ${alias.replaceAll(':', ' ')}\n`)
  return `${words.join(' ')}${command.hidden ? '  (hidden)' : ''}\n${aliases.join('')}${flags.join('')}`
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

/** The help of every command as it is printed 80 columns wide. */
export async function helpTexts(root: string, manifest: Manifest): Promise<string> {
  const config = await Config.load({ root, ignoreManifest: true, pjson: undefined })
  return Object.values(manifest.commands)
    .filter(command => !command.hidden)
    .map(command => {
      const loadable = {
        ...command,
        id: command.id.replaceAll(':', ' '),
        load: () => Promise.reject(new Error('Only its help is asked for.')),
      }
      const help = new CommandPage(loadable, config, { maxWidth: 80, stripAnsi: true, usageHeader: '' })
      return `${`── ${loadable.id} `.padEnd(80, '─')}\n\n${help.generate().replace(/ +$/gm, '').trim()}\n\n`
    })
    .join('')
}

import type { Command } from '@oclif/core'
import type { Manifest } from './manifest.ts'
import { packageJson } from './package.ts'

/** `docs/cli.md`: every command with its words, flags and examples, as the manifest has them. */
export function cliReference(root: string, manifest: Manifest): string {
  const commands = Object.values(manifest.commands).filter(({ hidden }) => !hidden)
  const topics = (packageJson(root).oclif as { topics: Record<string, { description: string }> }).topics
  const groups = [...Map.groupBy(commands, ({ id }) => (id.includes(':') || id in topics ? (id.split(':')[0] ?? '') : ''))]
  const alone = groups.filter(([topic]) => topic === '')
  const parts = [...alone, ...groups.filter(([topic]) => topic !== '').toSorted(([a], [b]) => (a < b ? -1 : 1))]
  return [
    '# Commands',
    '',
    'Made from the commands themselves by `npm run golden`. `1claw <command> --help` shows the same.',
    '',
    '## Flags of every command',
    '',
    ...flagLines(commands[0], flag => flag.helpGroup !== undefined),
    ...parts.flatMap(([topic, members]) => [
      `## ${topic === '' ? 'Commands without a topic' : topic}`,
      '',
      ...(topic === '' ? [] : [topics[topic]?.description ?? '', '']),
      ...members.flatMap(section),
    ]),
  ].join('\n')
}

function section(command: Command.Cached): string[] {
  const id = command.id.replaceAll(':', ' ')
  const filled = (text: string) => text.replaceAll('<%= config.bin %>', '1claw').replaceAll('<%= command.id %>', id)
  const args = Object.values(command.args).map(({ name, required }) => (required ? `<${name}>` : `[${name}]`))
  const usage = [command.usage ?? [id, ...args, '[flags]'].join(' ')].flat().map(line => `1claw ${filled(line)}`)
  const examples = (command.examples ?? []).map(example => filled(typeof example === 'string' ? example : example.command))
  const own = flagLines(command, flag => flag.helpGroup === undefined && !flag.hidden)
  return [
    `### ${id}`,
    '',
    '```text',
    ...usage,
    '```',
    '',
    ...escaped(filled(command.description ?? '')).split('\n'),
    '',
    ...own,
    ...(examples.length > 0 ? ['```text', ...examples, '```', ''] : []),
  ]
}

function flagLines(command: Command.Cached | undefined, wanted: (flag: Command.Flag.Cached) => boolean): string[] {
  const flags = Object.values(command?.flags ?? {}).filter(wanted)
  if (flags.length === 0) return []
  return [
    ...flags
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(
        flag =>
          `- \`${flag.char ? `-${flag.char}, ` : ''}${flag.helpLabel ?? `--${flag.name}${placeholder(flag)}`}\` – ${escaped(flag.description ?? '')}${flag.required ? ' Required.' : ''}`,
      ),
    '',
  ]
}

function placeholder(flag: Command.Flag.Cached): string {
  if (flag.type === 'boolean') return ''
  return `=${flag.options ? flag.options.join('|') : [flag.helpValue ?? '<value>'].flat().join(' ')}`
}

/** What Markdown would take for a tag or emphasis. */
function escaped(text: string): string {
  return text.replace(/[<*_]/g, '\\$&')
}

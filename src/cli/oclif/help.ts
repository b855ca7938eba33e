import type { Command } from '@oclif/core'
import { CommandHelp, Help } from '@oclif/core/help'

/** One command's page: its first sentence once, and a usage line that leaves the flags to their own section. */
export class CommandPage extends CommandHelp {
  protected override description(): string | undefined {
    const more = (this.command.description ?? '').split('\n').slice(1).join('\n').trim()
    return more === '' ? undefined : this.wrap(more)
  }

  protected override defaultUsage(): string {
    const args = Object.values(this.command.args ?? {}).filter(arg => !arg.hidden)
    return [this.command.id, ...args.map(arg => this.arg(arg)), '[FLAGS]'].join(' ')
  }

  /** oclif adds `=<value>` to the label of a flag that already has its own. */
  protected override flagHelpLabel(flag: Command.Flag.Any, showOptions?: boolean): string {
    return flag.helpLabel === undefined ? super.flagHelpLabel(flag, showOptions) : `    ${flag.helpLabel}`
  }
}

/** The first steps of a new user, in order. */
const FIRST: readonly (readonly [line: string, does: string])[] = [
  ['serve --dev', 'Start a server on this machine, signed in.'],
  ['login --api-url <url>', 'Sign in to a server.'],
  ['secrets set app/key', 'Store a secret.'],
  ['run -- npm start', 'Run a program with its secrets.'],
  ['console', 'Open the web console, signed in.'],
  ['<command> --help', 'Show what a command does, with examples.'],
]

export default class HelpPages extends Help {
  protected override CommandHelpClass = CommandPage

  override formatRoot(): string {
    const lines = FIRST.map(([line, does]): [string, string] => [`$ ${this.config.bin} ${line}`, does])
    return `${super.formatRoot()}\n\n${this.section('START HERE', lines)}`
  }
}

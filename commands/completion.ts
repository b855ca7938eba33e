import { Args } from '@oclif/core'
import { SCRIPTS, SHELLS, shellOf } from '../src/cli/completion/shells.ts'
import { ClawCommand } from '../src/cli/oclif/command.ts'

export default class Completion extends ClawCommand {
  static override description = [
    'Print the completion script of a shell.',
    'It completes commands, flags, and the names of vaults, agents and secrets that this machine has seen. Pressing TAB never contacts the server; `completion refresh` fetches the names.',
  ].join('\n\n')
  static override examples = [
    'source <(<%= config.bin %> <%= command.id %> bash)',
    '<%= config.bin %> <%= command.id %> fish | source',
    '<%= config.bin %> <%= command.id %> install',
  ]
  static override args = {
    shell: Args.option({ options: SHELLS, ignoreStdin: true, description: 'Shell (default: your login shell).' })(),
  }

  async run(): Promise<void> {
    const { args } = await this.parse(Completion)
    this.context.stdout.write(SCRIPTS[shellOf(args.shell, this.context.env)])
  }
}

import { Args } from '@oclif/core'
import { installed } from '../../src/cli/completion/install.ts'
import { placesOf, SHELLS, shellOf } from '../../src/cli/completion/shells.ts'
import { folderOf } from '../../src/cli/context/settings.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'

export default class CompletionInstall extends ClawCommand {
  static override description =
    'Set up completion in a shell.\nWrites the script, and adds one line that loads it to the startup file of the shell. Running it again changes nothing.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> zsh']
  static override args = {
    shell: Args.option({ options: SHELLS, ignoreStdin: true, description: 'Shell (default: your login shell).' })(),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(CompletionInstall)
    const { env, settings } = this.context
    const shell = shellOf(args.shell, env)
    const changed = installed(shell, placesOf(shell, env, folderOf(settings)))
    const sentence =
      changed.length === 0
        ? `Completion is set up in ${shell}.`
        : `Wrote ${changed.join(' and ')}. Start a new ${shell} to use it.`
    await this.printer(flags).did(sentence, { shell, written: changed })
  }
}

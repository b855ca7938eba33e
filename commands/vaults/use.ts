import { Flags } from '@oclif/core'
import { writeProject } from '../../src/cli/context/project-file.ts'
import { withProfile } from '../../src/cli/context/settings.ts'
import { vaultIdOf } from '../../src/cli/input/vault.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'

export default class VaultsUse extends ClawCommand {
  static override description = 'Set the default vault.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> production',
    {
      command: '<%= config.bin %> <%= command.id %> production --here',
      description: 'For everyone who works in this folder:',
    },
  ]
  static override args = { vault: required('Name or id.') }
  static override flags = {
    here: Flags.boolean({
      aliases: ['project'],
      description: 'Write it to .1claw.json in this folder instead of the profile.',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(VaultsUse)
    const { client, target } = await this.session(flags)
    const vault = await vaultIdOf(client, args.vault)
    const printer = this.printer(flags)
    if (flags.here) {
      const file = writeProject(this.context.cwd, { vault })
      return printer.did(`${file} now names the vault ${args.vault}.`, { vault, file })
    }
    await this.context.settings.update(settings => withProfile(settings, target.profileName, { vault }))
    await printer.did(`The profile ${target.profileName} now uses the vault ${args.vault}.`, {
      vault,
      profile: target.profileName,
    })
  }
}

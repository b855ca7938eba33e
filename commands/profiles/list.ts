import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { PROFILE } from '../../src/cli/output/views/local.ts'

export default class ProfilesList extends ClawCommand {
  static override description = 'List the profiles: the servers and accounts you have signed in to.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    const { flags } = await this.parse(ProfilesList)
    const { current, profiles } = this.context.settings.read()
    const rows = Object.entries(profiles).map(([name, profile]) => ({ name, current: name === current, ...profile }))
    await this.printer(flags).list(rows, PROFILE, 'There are no profiles yet. Create one with `1claw login`.')
  }
}

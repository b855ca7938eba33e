import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { SETTING } from '../../src/cli/people/admin.ts'

export default class AdminSettings extends ClawCommand {
  static override description = 'List the settings of the server that were changed while it ran. For admins of the platform.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    const { flags } = await this.parse(AdminSettings)
    const { client } = await this.session(flags)
    const { settings } = await client.call('admin.settings')
    await this.printer(flags).list(settings, SETTING, 'Everything is as it comes.')
  }
}

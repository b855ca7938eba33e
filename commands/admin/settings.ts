import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { SETTING } from '../../src/cli/people/admin.ts'

export default class AdminSettings extends ClawCommand {
  static override description = 'List server settings that differ from their defaults. Requires a platform administrator.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    const { flags } = await this.parse(AdminSettings)
    const { client } = await this.session(flags)
    const { settings } = await client.call('admin.settings')
    await this.printer(flags).list(settings, SETTING, 'All settings have their default values.')
  }
}

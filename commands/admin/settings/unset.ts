import { required } from '../../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../../src/cli/oclif/command.ts'

export default class AdminSettingsUnset extends ClawCommand {
  static override description = 'Reset a server setting to its default. Requires a platform administrator.'
  static override examples = ['<%= config.bin %> <%= command.id %> intents_api.require_simulation']
  static override args = { key: required('Name of the setting.') }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AdminSettingsUnset)
    const { client } = await this.session(flags)
    await client.call('admin.remove-setting', { params: { key: args.key } })
    await this.printer(flags).did(`${args.key} has been reset to its default.`, { key: args.key })
  }
}

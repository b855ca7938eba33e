import { trimmedArgument } from '../../../src/cli/input/text-argument.ts'
import { required } from '../../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../../src/cli/oclif/command.ts'
import { SETTING } from '../../../src/cli/people/admin.ts'

export default class AdminSettingsSet extends ClawCommand {
  static override description = 'Change a server setting. Requires a platform administrator.'
  static override examples = ['<%= config.bin %> <%= command.id %> intents_api.require_simulation true']
  static override args = {
    key: required('Name of the setting.'),
    value: required('New value; `@file` for a file, `-` for stdin.'),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AdminSettingsSet)
    const { client } = await this.session(flags)
    const setting = await client.call('admin.set-setting', {
      params: { key: args.key },
      body: { value: await trimmedArgument(this.context, args.value) },
    })
    await this.printer(flags).done(`Set ${setting.key}.`, setting, SETTING)
  }
}

import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { effectiveSettings } from '../../src/cli/output/configuration.ts'
import { SETTING } from '../../src/cli/output/views/local.ts'

export default class ConfigList extends ClawCommand {
  static override description = 'Show the effective settings and the source of each.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    const { flags } = await this.parse(ConfigList)
    await this.printer(flags).list(effectiveSettings(this.context, flags), SETTING, '')
  }
}

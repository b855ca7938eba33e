import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { effectiveSettings, settingName } from '../../src/cli/output/configuration.ts'
import { SETTING } from '../../src/cli/output/views/local.ts'
import { Problem } from '../../src/problem.ts'

export default class ConfigGet extends ClawCommand {
  static override description = 'Print the effective value of a setting.'
  static override examples = ['<%= config.bin %> <%= command.id %> api_url']
  static override args = { name: required('api_url, vault or cache.') }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ConfigGet)
    const name = settingName(args.name)
    const setting = effectiveSettings(this.context, flags).find(one => one.name === name)
    if (setting?.value === undefined) throw new Problem('resource.unknown', `The setting ${name} has no value.`)
    if (flags.json || flags.jq !== undefined || flags.output !== undefined) return this.printer(flags).one(setting, SETTING)
    this.context.stdout.write(`${setting.value}\n`)
  }
}

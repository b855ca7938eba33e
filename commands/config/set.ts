import { withProfile } from '../../src/cli/context/settings.ts'
import { targetOf } from '../../src/cli/context/target.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { settingName } from '../../src/cli/output/configuration.ts'
import { Problem } from '../../src/problem.ts'

export default class ConfigSet extends ClawCommand {
  static override description = 'Change a setting of the profile. An empty value removes it.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> api_url https://claw.example.com',
    "<%= config.bin %> <%= command.id %> vault ''",
  ]
  static override args = { name: required('api_url or vault.'), value: required('Its new value.') }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ConfigSet)
    const name = settingName(args.name)
    if (name === 'api_url' && args.value !== '' && !/^https?:$/.test(URL.parse(args.value)?.protocol ?? '')) {
      throw new Problem('usage', 'api_url is an http or https URL.')
    }
    const { profileName } = targetOf(this.context, flags)
    const value = args.value === '' ? undefined : args.value
    await this.context.settings.update(settings => withProfile(settings, profileName, { [name]: value }))
    this.printer(flags).note(`Changed ${name} of the profile ${profileName}.`)
  }
}

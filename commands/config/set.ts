import { withProfile } from '../../src/cli/context/settings.ts'
import { targetOf } from '../../src/cli/context/target.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { settingName } from '../../src/cli/output/configuration.ts'
import { dropCaches } from '../../src/cli/session/cache/sealed-file.ts'
import { Problem } from '../../src/problem.ts'

export default class ConfigSet extends ClawCommand {
  static override description = [
    'Change a setting of the profile. An empty value removes it.',
    'api_url is the server, and vault the vault that commands use by default. With `cache on`, the secrets that `run`, `export`, `read`, `inject` and `secrets get` read are kept encrypted on this machine for up to 7 days, for --offline. With `cache off` (the default) nothing is kept, and the existing cache is removed.',
  ].join('\n\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> api_url https://claw.example.com',
    "<%= config.bin %> <%= command.id %> vault ''",
    '<%= config.bin %> <%= command.id %> cache on',
  ]
  static override args = { name: required('api_url, vault or cache.'), value: required('Its new value.') }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ConfigSet)
    const name = settingName(args.name)
    if (name === 'api_url' && args.value !== '' && !/^https?:$/.test(URL.parse(args.value)?.protocol ?? '')) {
      throw new Problem('usage', 'api_url is an http or https URL.')
    }
    const { profileName, profile } = targetOf(this.context, flags)
    if (name === 'cache' && !['on', 'off', ''].includes(args.value)) throw new Problem('usage', 'cache is on or off.')
    const value = args.value === '' || (name === 'cache' && args.value === 'off') ? undefined : args.value
    if (name === 'cache' && value === undefined) await dropCaches(this.context, profileName, profile.credential_store)
    await this.context.settings.update(settings => withProfile(settings, profileName, { [name]: value }))
    await this.printer(flags).did(`Changed ${name} of the profile ${profileName}.`, { name, value, profile: profileName })
  }
}

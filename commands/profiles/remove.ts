import { DEFAULT_PROFILE } from '../../src/cli/context/settings.ts'
import { didYouMean } from '../../src/cli/input/suggest.ts'
import { forget } from '../../src/cli/login/remember.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { yesFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { Problem } from '../../src/problem.ts'

export default class ProfilesRemove extends ClawCommand {
  static override description =
    'Remove a profile and its stored login.\nThis does not revoke the token; run `logout --profile <name>` first.'
  static override examples = ['<%= config.bin %> <%= command.id %> work --yes']
  static override args = { name: required('Name of the profile.') }
  static override flags = { yes: yesFlag }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ProfilesRemove)
    const { settings } = this.context
    if (!Object.hasOwn(settings.read().profiles, args.name)) {
      throw new Problem('resource.unknown', `There is no profile ${JSON.stringify(args.name)}.`, {
        hint: didYouMean(args.name, Object.keys(settings.read().profiles), 'See `1claw profiles list`.'),
      })
    }
    await this.confirm(flags, `Remove the profile ${args.name}?`)
    await forget(this.context, args.name)
    await settings.update(({ current, profiles }) => {
      const left = Object.entries(profiles).filter(([name]) => name !== args.name)
      return { current: current === args.name ? DEFAULT_PROFILE : current, profiles: Object.fromEntries(left) }
    })
    await this.printer(flags).did(`Removed the profile ${args.name}.`, { profile: args.name })
  }
}

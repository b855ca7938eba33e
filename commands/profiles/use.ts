import { didYouMean } from '../../src/cli/input/suggest.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { Problem } from '../../src/problem.ts'
import { shellWord } from '../../src/shell-word.ts'

export default class ProfilesUse extends ClawCommand {
  static override description = 'Set the default profile.'
  static override examples = ['<%= config.bin %> <%= command.id %> work']
  static override args = { name: required('Name of the profile.') }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ProfilesUse)
    const { settings } = this.context
    if (!Object.hasOwn(settings.read().profiles, args.name)) {
      const known = Object.keys(settings.read().profiles)
      const hint = didYouMean(args.name, known, `Create it with \`1claw login --profile ${shellWord(args.name)}\`.`)
      throw new Problem('resource.unknown', `There is no profile ${JSON.stringify(args.name)}.`, { hint })
    }
    await settings.update(now => ({ ...now, current: args.name }))
    await this.printer(flags).did(`Now using the profile ${args.name}.`, { profile: args.name })
  }
}

import { targetOf } from '../../src/cli/context/target.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { CLEARED } from '../../src/cli/output/views/local.ts'
import { dropCaches } from '../../src/cli/session/cache/sealed-file.ts'

export default class CacheClear extends ClawCommand {
  static override description =
    'Remove the cached secrets of this machine, and the key that encrypts them.\nApplies to the selected profile. `logout` does this too.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --profile work']

  async run(): Promise<void> {
    const { flags } = await this.parse(CacheClear)
    const { profileName, profile } = targetOf(this.context, flags)
    const files = await dropCaches(this.context, profileName, profile.credential_store)
    const said = files === 0 ? 'Nothing is cached.' : `Removed the cache of the profile ${profileName}.`
    await this.printer(flags).done(said, { profile: profileName, files }, CLEARED)
  }
}

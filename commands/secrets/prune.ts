import { Flags } from '@oclif/core'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { yesFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { howMany } from '../../src/cli/output/how-many.ts'
import { PATH } from '../../src/cli/output/views/resources.ts'

export default class SecretsPrune extends ClawCommand {
  static override description = 'Delete the older versions of a secret permanently.\nThis cannot be undone.'
  static override examples = ['<%= config.bin %> <%= command.id %> prod/db/password --keep 5']
  static override args = { path: required('Path of the secret.') }
  static override flags = {
    keep: Flags.integer({ required: true, min: 1, max: 10_000, helpValue: '<n>', description: 'Number of versions to keep.' }),
    yes: yesFlag,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SecretsPrune)
    const { client, vaultId } = await this.session(flags)
    const { path } = args
    const { keep } = flags
    await this.confirm(
      flags,
      `Delete all but the ${keep === 1 ? 'newest version' : `${keep} newest versions`} of ${path} permanently?`,
    )
    const { purged } = await client.call('secrets.prune', { params: { vault_id: await vaultId(), path }, body: { keep } })
    await this.printer(flags).done(`Deleted ${howMany(purged, 'version')} of ${path} permanently.`, { path, purged }, PATH)
  }
}

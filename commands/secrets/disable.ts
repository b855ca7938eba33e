import { Flags } from '@oclif/core'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { yesFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { PATH } from '../../src/cli/output/views/resources.ts'

export default class SecretsDisable extends ClawCommand {
  static override description = 'Disable one version of a secret, so that nobody can read it.\nThis cannot be undone.'
  static override examples = ['<%= config.bin %> <%= command.id %> prod/db/password --version 3']
  static override args = { path: required('Path of the secret.') }
  static override flags = {
    version: Flags.integer({ required: true, min: 1, helpValue: '<n>', description: 'Which version.' }),
    yes: yesFlag,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SecretsDisable)
    const { client, vaultId } = await this.session(flags)
    const { path } = args
    const { version } = flags
    await this.confirm(flags, `Disable version ${version} of ${path}?`)
    await client.call('secrets.disable', { params: { vault_id: await vaultId(), path, version } })
    await this.printer(flags).done(`Disabled version ${version} of ${path}.`, { path, version }, PATH)
  }
}

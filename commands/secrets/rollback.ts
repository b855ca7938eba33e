import { Flags } from '@oclif/core'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { SECRET } from '../../src/cli/output/views/resources.ts'

export default class SecretsRollback extends ClawCommand {
  static override description =
    'Write the value of an older version as a new version.\nType and metadata are those of the older version. You do not need to be able to read the value.'
  static override examples = ['<%= config.bin %> <%= command.id %> prod/db/password --version 3']
  static override args = { path: required('Path of the secret.') }
  static override flags = {
    version: Flags.integer({ required: true, min: 1, helpValue: '<n>', description: 'Which version.' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SecretsRollback)
    const { client, vaultId } = await this.session(flags)
    const params = { vault_id: await vaultId(), path: args.path, version: flags.version }
    const secret = await client.call('secrets.rollback', { params })
    const said = `Rolled ${secret.path} back to version ${flags.version}; it is version ${secret.version} now.`
    await this.printer(flags).done(said, secret, SECRET)
  }
}

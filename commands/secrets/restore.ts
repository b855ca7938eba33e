import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { SECRET } from '../../src/cli/output/views/resources.ts'

export default class SecretsRestore extends ClawCommand {
  static override description =
    'Restore a deleted secret with the versions that were deleted with it.\nThis is possible for 30 days, or as long as the server is configured to keep it. Its shares are not restored.'
  static override examples = ['<%= config.bin %> <%= command.id %> prod/db/password']
  static override args = { path: required('Path of the secret.') }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SecretsRestore)
    const { client, vaultId } = await this.session(flags)
    const secret = await client.call('secrets.restore', { params: { vault_id: await vaultId(), path: args.path } })
    await this.printer(flags).done(`Restored ${secret.path} (version ${secret.version}).`, secret, SECRET)
  }
}

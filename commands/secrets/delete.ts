import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { yesFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { PATH } from '../../src/cli/output/views/resources.ts'

export default class SecretsDelete extends ClawCommand {
  static override description = 'Delete every version of a secret.\nA later write continues with the next version number.'
  static override examples = ['<%= config.bin %> <%= command.id %> prod/db/password --yes']
  static override args = { path: required('Path of the secret.') }
  static override flags = { yes: yesFlag }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SecretsDelete)
    const { client, vaultId } = await this.session(flags)
    await this.confirm(flags, `Delete every version of ${args.path}?`)
    await client.call('secrets.delete', { params: { vault_id: await vaultId(), path: args.path } })
    await this.printer(flags).done(`Deleted ${args.path}.`, { path: args.path }, PATH)
  }
}

import { destinationOf, toVaultFlag } from '../../src/cli/input/destination.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { SECRET } from '../../src/cli/output/views/resources.ts'

export default class SecretsMove extends ClawCommand {
  static override description =
    'Move a secret with all its versions to another path or vault.\nThe server does it; you do not see the values. Within a vault its shares stay. In another vault it is a new secret: nothing stays of the old one, its shares end and its path is free. To undo a move, move the secret back.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> prod/db/password prod/database/password',
    '<%= config.bin %> <%= command.id %> prod/db/password prod/db/password --to-vault staging',
  ]
  static override args = { path: required('Path of the secret.'), to: required('The other path.') }
  static override flags = { 'to-vault': toVaultFlag }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SecretsMove)
    const { client, vaultId } = await this.session(flags)
    const params = { vault_id: await vaultId(), path: args.path }
    const secret = await client.call('secrets.move', { params, body: await destinationOf(client, args.to, flags['to-vault']) })
    await this.printer(flags).done(`Moved ${args.path} to ${secret.path} (version ${secret.version}).`, secret, SECRET)
  }
}

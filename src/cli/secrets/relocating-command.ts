import { destinationOf, toVaultFlag } from '../input/destination.ts'
import { required } from '../oclif/args.ts'
import { ClawCommand } from '../oclif/command.ts'
import { SECRET } from '../output/views/resources.ts'

/** A command that moves or copies a secret to another path or vault: its words, and its message on success. */
export abstract class RelocatingCommand extends ClawCommand {
  static override examples = [
    '<%= config.bin %> <%= command.id %> prod/db/password prod/database/password',
    '<%= config.bin %> <%= command.id %> prod/db/password prod/db/password --to-vault staging',
  ]
  static override args = { path: required('Path of the secret.'), to: required('The other path.') }
  static override flags = { 'to-vault': toVaultFlag }

  /** The operation, and its past participle. */
  protected abstract readonly operation: 'secrets.copy' | 'secrets.move'
  protected abstract readonly done: string

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RelocatingCommand)
    const { client, vaultId } = await this.session(flags)
    const params = { vault_id: await vaultId(), path: args.path }
    const secret = await client.call(this.operation, { params, body: await destinationOf(client, args.to, flags['to-vault']) })
    await this.printer(flags).done(`${this.done} ${args.path} to ${secret.path} (version ${secret.version}).`, secret, SECRET)
  }
}

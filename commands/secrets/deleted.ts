import { Flags } from '@oclif/core'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { DELETED_ANYWHERE, DELETED_SECRET } from '../../src/cli/output/views/secrets.ts'

const NONE = 'There are no deleted secrets that you can restore.'

export default class SecretsDeleted extends ClawCommand {
  static override description =
    'List the deleted secrets that can still be restored.\nThey are purged after 30 days, unless the server is configured otherwise. Restore one with `1claw secrets restore`.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --output name',
    '<%= config.bin %> <%= command.id %> --all-vaults',
  ]
  static override flags = {
    'all-vaults': Flags.boolean({ exclusive: ['vault'], description: 'List the deleted secrets of all vaults.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(SecretsDeleted)
    const { client, vaultId } = await this.session(flags)
    if (flags['all-vaults']) {
      const { secrets } = await client.call('secrets.deleted-all')
      return this.printer(flags).list(secrets, DELETED_ANYWHERE, NONE)
    }
    const { secrets } = await client.call('secrets.deleted', { params: { vault_id: await vaultId() } })
    await this.printer(flags).list(secrets, DELETED_SECRET, NONE)
  }
}

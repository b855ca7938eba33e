import { Flags } from '@oclif/core'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { SECRET } from '../../src/cli/output/views/resources.ts'

export default class SecretsList extends ClawCommand {
  static override description = 'List the secrets you can read, without their values.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --prefix prod/ --output name',
  ]
  static override flags = {
    prefix: Flags.string({ helpValue: '<text>', description: 'Only paths that start with this prefix.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(SecretsList)
    const { client, vaultId } = await this.session(flags)
    const { prefix } = flags
    const params = { vault_id: await vaultId() }
    const { secrets } = await client.call('secrets.list', {
      params,
      query: { include: 'usage', ...(prefix !== undefined && { prefix }) },
    })
    await this.printer(flags).list(secrets, SECRET, 'There are no secrets that you can read.')
  }
}

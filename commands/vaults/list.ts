import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { VAULT } from '../../src/cli/output/views/resources.ts'

export default class VaultsList extends ClawCommand {
  static override description = 'List the vaults that you created, manage or can use.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --output name']

  async run(): Promise<void> {
    const { flags } = await this.parse(VaultsList)
    const { client } = await this.session(flags)
    const { vaults } = await client.call('vaults.list')
    await this.printer(flags).list(vaults, VAULT, 'There are no vaults yet. Create one with `1claw vaults create <name>`.')
  }
}

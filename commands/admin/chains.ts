import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { ADMIN_CHAIN } from '../../src/cli/output/views/intents.ts'

export default class AdminChains extends ClawCommand {
  static override description = 'List all chains with their nodes, including disabled ones. Requires a platform administrator.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']

  async run(): Promise<void> {
    const { flags } = await this.parse(AdminChains)
    const { client } = await this.session(flags)
    const { chains } = await client.call('chains.admin-list')
    await this.printer(flags).list(chains, ADMIN_CHAIN, 'There are no chains.')
  }
}

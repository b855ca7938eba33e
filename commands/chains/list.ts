import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { CHAIN } from '../../src/cli/output/views/intents.ts'
import { openAnonymous } from '../../src/cli/session/session.ts'

export default class ChainsList extends ClawCommand {
  static override description = 'List the chains that are available for transactions.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --output name']

  async run(): Promise<void> {
    const { flags } = await this.parse(ChainsList)
    const { client } = openAnonymous(this.context, flags)
    const { chains } = await client.call('chains.list')
    await this.printer(flags).list(chains, CHAIN, 'This server has no chain enabled.')
  }
}

import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { CHAIN_DETAILS } from '../../src/cli/output/views/intents.ts'
import { openAnonymous } from '../../src/cli/session/session.ts'

export default class ChainsGet extends ClawCommand {
  static override description = 'Show one chain.'
  static override examples = ['<%= config.bin %> <%= command.id %> base', '<%= config.bin %> <%= command.id %> 8453 --json']
  static override args = { chain: required('Name, chain id or UUID.') }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ChainsGet)
    const { client } = openAnonymous(this.context, flags)
    const chain = await client.call('chains.get', { params: { identifier: args.chain } })
    await this.printer(flags).one(chain, CHAIN_DETAILS)
  }
}

import { chainNamed } from '../../../src/cli/intents/chain-flags.ts'
import { required } from '../../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../../src/cli/oclif/command.ts'
import { yesFlag } from '../../../src/cli/oclif/oclif-flags.ts'
import { ID } from '../../../src/cli/output/views/resources.ts'

export default class AdminChainsRemove extends ClawCommand {
  static override description =
    'Remove a chain. Transactions already sent on it remain listed. Requires a platform administrator.'
  static override examples = ['<%= config.bin %> <%= command.id %> local --yes']
  static override args = { chain: required('Name, chain id or UUID.') }
  static override flags = { yes: yesFlag }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AdminChainsRemove)
    const { client } = await this.session(flags)
    const { id, name } = await chainNamed(client, args.chain)
    await this.confirm(flags, `Remove the chain ${name}?`)
    await client.call('chains.delete', { params: { chain_id: id } })
    await this.printer(flags).done(`Removed the chain ${name}.`, { id }, ID)
  }
}

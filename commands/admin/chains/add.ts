import { Flags } from '@oclif/core'
import { chainFieldsOf, chainFlags } from '../../../src/cli/intents/chain-flags.ts'
import { required } from '../../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../../src/cli/oclif/command.ts'
import { ADMIN_CHAIN } from '../../../src/cli/output/views/intents.ts'

export default class AdminChainsAdd extends ClawCommand {
  static override description = 'Add a chain for transactions. Requires a platform administrator.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> local --chain-id 31337 --rpc-url http://127.0.0.1:8545 --testnet',
    '<%= config.bin %> <%= command.id %> unichain --chain-id 130 --rpc-url @nodes.txt --explorer-url https://uniscan.xyz',
  ]
  static override args = { name: required('Name used in requests.') }
  static override flags = {
    'chain-id': Flags.integer({ required: true, min: 1, helpValue: '<n>', description: 'Chain id (EIP-155).' }),
    ...chainFlags,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AdminChainsAdd)
    const { client } = await this.session(flags)
    const fields = await chainFieldsOf(this.context, flags)
    const display_name = fields.display_name ?? args.name
    const body = { ...fields, name: args.name, display_name, chain_id: flags['chain-id'] }
    const chain = await client.call('chains.create', { body })
    await this.printer(flags).done(`Added the chain ${chain.name} (${chain.chain_id}).`, chain, ADMIN_CHAIN)
  }
}

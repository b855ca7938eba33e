import { Flags } from '@oclif/core'
import { chainFieldsOf, chainFlags, chainNamed } from '../../../src/cli/intents/chain-flags.ts'
import { required } from '../../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../../src/cli/oclif/command.ts'
import { ADMIN_CHAIN } from '../../../src/cli/output/views/intents.ts'
import { Problem } from '../../../src/problem.ts'

export default class AdminChainsUpdate extends ClawCommand {
  static override description = 'Change a chain, such as its nodes or whether it is enabled. Requires a platform administrator.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> base --rpc-url @nodes.txt --rpc-timeout 3000',
    '<%= config.bin %> <%= command.id %> zora --no-enabled',
  ]
  static override args = { chain: required('Name, chain id or UUID.') }
  static override flags = {
    ...chainFlags,
    enabled: Flags.boolean({ allowNo: true, description: 'Allow transactions on this chain.' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AdminChainsUpdate)
    const fields = await chainFieldsOf(this.context, flags)
    const body = { ...fields, ...(flags.enabled !== undefined && { is_enabled: flags.enabled }) }
    if (Object.keys(body).length === 0) {
      throw new Problem('usage', 'Nothing to change: pass at least one flag.', { hint: 'For example --no-enabled.' })
    }
    const { client } = await this.session(flags)
    const { id } = await chainNamed(client, args.chain)
    const chain = await client.call('chains.update', { params: { chain_id: id }, body })
    await this.printer(flags).done(`Changed the chain ${chain.name}.`, chain, ADMIN_CHAIN)
  }
}

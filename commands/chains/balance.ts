import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { CHAIN_BALANCE } from '../../src/cli/output/views/intents.ts'

export default class ChainsBalance extends ClawCommand {
  static override description = 'Show the balance of an address in the native currency of a chain.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> base 0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
    '<%= config.bin %> <%= command.id %> base 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --jq .balance_wei',
  ]
  static override args = {
    chain: required('Name, chain id or UUID.'),
    address: required('Address: 0x and 40 hexadecimal digits.'),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ChainsBalance)
    const { client } = await this.session(flags)
    const balance = await client.call('chains.balance', { params: { identifier: args.chain, address: args.address } })
    await this.printer(flags).one(balance, CHAIN_BALANCE)
  }
}

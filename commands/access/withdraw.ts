import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { ID } from '../../src/cli/output/views/resources.ts'

export default class AccessWithdraw extends ClawCommand {
  static override description = 'Withdraw your own request for access.'
  static override examples = ['<%= config.bin %> <%= command.id %> 5f0c8f4e-8c9e-4f57-9d0e-2f6f3f1b7a10']
  static override args = { request: required('Id of the request.') }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AccessWithdraw)
    const { client } = await this.session(flags)
    await client.call('access-requests.withdraw', { params: { request_id: args.request } })
    await this.printer(flags).done(`Withdrew the request ${args.request}.`, { id: args.request }, ID)
  }
}

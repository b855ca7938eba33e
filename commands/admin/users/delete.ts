import { required } from '../../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../../src/cli/oclif/command.ts'
import { yesFlag } from '../../../src/cli/oclif/oclif-flags.ts'
import { ID } from '../../../src/cli/output/views/resources.ts'

export default class AdminUsersDelete extends ClawCommand {
  static override description =
    'Delete an account, with every vault, secret and agent that only it can reach. Requires a platform administrator.'
  static override examples = ['<%= config.bin %> <%= command.id %> 5f0c2f0e-8a3c-4a5e-a8f7-0d9cf6a7c111 --yes']
  static override args = { id: required('Id of the account.') }
  static override flags = { yes: yesFlag }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AdminUsersDelete)
    const { client } = await this.session(flags)
    await this.confirm(flags, `Delete the account ${args.id} and everything that only it can reach?`)
    await client.call('admin.delete-user', { params: { user_id: args.id } })
    await this.printer(flags).done(`Deleted the account ${args.id}.`, { id: args.id }, ID)
  }
}

import { Flags } from '@oclif/core'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { USER } from '../../src/cli/people/admin.ts'

export default class AdminUsers extends ClawCommand {
  static override description = 'List the accounts on this server. Requires a platform administrator.'
  static override examples = ['<%= config.bin %> <%= command.id %> --limit 50 --offset 100']
  static override flags = {
    limit: Flags.integer({ min: 1, max: 1000, helpValue: '<n>', description: 'Maximum number of results (default: 100).' }),
    offset: Flags.integer({ min: 0, helpValue: '<n>', description: 'Number of the oldest accounts to skip.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AdminUsers)
    const { client } = await this.session(flags)
    const { limit, offset } = flags
    const query = { ...(limit !== undefined && { limit }), ...(offset !== undefined && { offset }) }
    const { users, total } = await client.call('admin.users', { query })
    const printer = this.printer(flags)
    await printer.list(users, USER, 'There are no accounts.')
    if (users.length < total) printer.note(`${users.length} of ${total} accounts.`)
  }
}

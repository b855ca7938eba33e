import { Flags } from '@oclif/core'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { ACCESS_REQUEST } from '../../src/cli/output/views/access.ts'

export default class AccessList extends ClawCommand {
  static override description = 'List the requests for access that you can decide, and your own.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --all']
  static override flags = {
    all: Flags.boolean({ description: 'Include requests that were decided, withdrawn or have expired.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AccessList)
    const { client } = await this.session(flags)
    const { requests } = await client.call('access-requests.list', { query: { ...(flags.all && { status: 'all' as const }) } })
    await this.printer(flags).list(
      requests,
      ACCESS_REQUEST,
      flags.all ? 'There are no requests for access.' : 'No requests for access are waiting.',
    )
  }
}

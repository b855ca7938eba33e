import { Flags } from '@oclif/core'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { SHARE } from '../../src/cli/output/views/shares.ts'

export default class SharesList extends ClawCommand {
  static override description = 'List what is shared with you or, with --outbound, what you share.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --outbound --json']
  static override flags = { outbound: Flags.boolean({ description: 'List the shares that you created.' }) }

  async run(): Promise<void> {
    const { flags } = await this.parse(SharesList)
    const { client } = await this.session(flags)
    const { shares } = await client.call(flags.outbound ? 'shares.outbound' : 'shares.inbound', { query: { include: 'parties' } })
    const none = flags.outbound ? 'You have no shares. Create one with `1claw shares create`.' : 'No secrets are shared with you.'
    await this.printer(flags).list(shares, SHARE, none)
  }
}

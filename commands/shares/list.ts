import { Flags } from '@oclif/core'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { SHARE } from '../../src/cli/output/views/shares.ts'

export default class SharesList extends ClawCommand {
  static override description = 'List what is shared with you or, with --outbound, what you share.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --outbound --json']
  static override flags = { outbound: Flags.boolean({ description: 'The shares that you made.' }) }

  async run(): Promise<void> {
    const { flags } = await this.parse(SharesList)
    const { client } = await this.session(flags)
    const { shares } = await client.call(flags.outbound ? 'shares.outbound' : 'shares.inbound')
    const none = flags.outbound ? 'You share nothing. See `1claw shares create`.' : 'Nothing is shared with you.'
    await this.printer(flags).list(shares, SHARE, none)
  }
}

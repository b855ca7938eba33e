import { shareIdOf } from '../../src/cli/input/share-reference.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { ID } from '../../src/cli/output/views/resources.ts'

export default class SharesDecline extends ClawCommand {
  static override description = 'Decline a share permanently.'
  static override examples = ['<%= config.bin %> <%= command.id %> 7c6cbd6c-…']
  static override args = { share: required('Link or id.') }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SharesDecline)
    const { client, target } = await this.session(flags)
    const id = shareIdOf(args.share, target.apiUrl)
    await client.call('shares.decline', { params: { share_id: id } })
    await this.printer(flags).done(`Declined the share ${id}.`, { id }, ID)
  }
}

import { shareIdOf } from '../../src/cli/input/share-reference.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { ID } from '../../src/cli/output/views/resources.ts'

export default class SharesAccept extends ClawCommand {
  static override description = 'Accept a share, so that you can open it.'
  static override examples = ['<%= config.bin %> <%= command.id %> 7c6cbd6c-…']
  static override args = { share: required('Link or id.') }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SharesAccept)
    const { client, target } = await this.session(flags)
    const id = shareIdOf(args.share, target.apiUrl)
    await client.call('shares.accept', { params: { share_id: id } })
    await this.printer(flags).done(`Accepted the share ${id}.`, { id }, ID)
  }
}

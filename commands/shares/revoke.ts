import { shareIdOf } from '../../src/cli/input/share-reference.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { yesFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { ID } from '../../src/cli/output/views/resources.ts'

export default class SharesRevoke extends ClawCommand {
  static override description = 'Revoke a share that you created. Nobody can open it any more.'
  static override examples = ['<%= config.bin %> <%= command.id %> 7c6cbd6c-… --yes']
  static override args = { share: required('Link or id.') }
  static override flags = { yes: yesFlag }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SharesRevoke)
    const { client, target } = await this.session(flags)
    const id = shareIdOf(args.share, target.apiUrl)
    await this.confirm(flags, `Revoke the share ${id}?`)
    await client.call('shares.revoke', { params: { share_id: id } })
    await this.printer(flags).done(`Revoked the share ${id}.`, { id }, ID)
  }
}

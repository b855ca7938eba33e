import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { yesFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { ID } from '../../src/cli/output/views/resources.ts'
import { memberIdOf } from '../../src/cli/people/members.ts'

export default class OrgRemove extends ClawCommand {
  static override description =
    'Remove a member from your organisation.\nTheir tokens, API keys in this organisation and policies end immediately.'
  static override examples = ['<%= config.bin %> <%= command.id %> ada@example.com --yes']
  static override args = { member: required('Address or id.') }
  static override flags = { yes: yesFlag }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(OrgRemove)
    const { client } = await this.session(flags)
    const id = await memberIdOf(client, args.member)
    await this.confirm(flags, `Remove ${args.member} from the organisation?`)
    await client.call('org.remove-member', { params: { user_id: id } })
    await this.printer(flags).done(`Removed ${args.member}.`, { id }, ID)
  }
}

import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { yesFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { ID } from '../../src/cli/output/views/resources.ts'
import { memberIdOf } from '../../src/cli/people/members.ts'

export default class OrgResetMfa extends ClawCommand {
  static override description =
    'Ask a member to consent to turning off their lost second factor.\nThe member receives a link by e-mail. When they confirm, the factor is off and they are signed out everywhere. Requires an owner or admin.'
  static override examples = ['<%= config.bin %> <%= command.id %> ada@example.com --yes']
  static override args = { member: required('Address or id.') }
  static override flags = { yes: yesFlag }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(OrgResetMfa)
    const { client } = await this.session(flags)
    const id = await memberIdOf(client, args.member)
    await this.confirm(flags, `Mail ${args.member} a link that turns off their second factor?`)
    await client.call('org.reset-mfa', { params: { user_id: id } })
    await this.printer(flags).done(`Sent a link to ${args.member}. The second factor is off when they confirm.`, { id }, ID)
  }
}

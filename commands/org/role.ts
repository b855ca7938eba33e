import { Args } from '@oclif/core'
import { ROLES } from '../../src/cli/input/vocabulary.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { MEMBER, memberIdOf } from '../../src/cli/people/members.ts'

export default class OrgRole extends ClawCommand {
  static override description =
    'Change the role of a member.\nOnly an owner can add or remove owners. Lowering the role signs the person out everywhere.'
  static override examples = ['<%= config.bin %> <%= command.id %> ada@example.com admin']
  static override args = {
    member: required('Address or id.'),
    role: Args.option({ options: ROLES, ignoreStdin: true, description: 'New role.' })({ required: true }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(OrgRole)
    const { client } = await this.session(flags)
    const user_id = await memberIdOf(client, args.member)
    const member = await client.call('org.set-role', { params: { user_id }, body: { role: args.role } })
    await this.printer(flags).done(`${member.email} is now ${member.role}.`, member, MEMBER)
  }
}

import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { MEMBER } from '../../src/cli/people/members.ts'

export default class OrgMembers extends ClawCommand {
  static override description = 'List the members of your organisation.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    const { flags } = await this.parse(OrgMembers)
    const { client } = await this.session(flags)
    const { members } = await client.call('org.members')
    await this.printer(flags).list(members, MEMBER, 'The organisation has no members.')
  }
}

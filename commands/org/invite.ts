import { Flags } from '@oclif/core'
import { ROLES } from '../../src/cli/input/vocabulary.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import type { View } from '../../src/cli/output/view.ts'

const INVITED: View<{ readonly email: string }> = { columns: { email: invited => invited.email }, name: invited => invited.email }

export default class OrgInvite extends ClawCommand {
  static override description =
    'Invite a person to your organisation by e-mail.\nThe link works once and expires after seven days. Inviting again sends a new link.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> ada@example.com',
    '<%= config.bin %> <%= command.id %> ada@example.com --role admin',
  ]
  static override args = { email: required('Address.') }
  static override flags = { role: Flags.option({ options: ROLES, description: 'Role of the new member (default: member).' })() }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(OrgInvite)
    const { client } = await this.session(flags)
    const body = { email: args.email, ...(flags.role && { role: flags.role }) }
    const invited = await client.call('org.invite', { body })
    await this.printer(flags).done(`Sent an invitation to ${invited.email}.`, invited, INVITED)
  }
}

import { Flags } from '@oclif/core'
import { ROLES } from '../../src/cli/input/vocabulary.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import type { View } from '../../src/cli/output/view.ts'

interface Invited {
  readonly email: string
  /** Present with `--link`. */
  readonly url?: string
}

const INVITED: View<Invited> = {
  columns: { email: invited => invited.email, link: invited => invited.url },
  name: invited => invited.url ?? invited.email,
}

const OUTBOX = 'The server has no mail: the invitation is a file in its outbox folder.'

export default class OrgInvite extends ClawCommand {
  static override description =
    'Invite a person to your organisation by e-mail.\nThe link works once and expires after seven days. Inviting again sends a new link. With --link you get a link of your own to pass on: it is for the same address only, and does not prove it.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> ada@example.com',
    '<%= config.bin %> <%= command.id %> ada@example.com --role admin',
    '<%= config.bin %> <%= command.id %> ada@example.com --link',
  ]
  static override args = { email: required('Address.') }
  static override flags = {
    role: Flags.option({ options: ROLES, description: 'Role of the new member (default: member).' })(),
    link: Flags.boolean({ description: 'Also print a link to pass on by hand.' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(OrgInvite)
    const { client } = await this.session(flags)
    const body = { email: args.email, include: 'delivery' as const, ...(flags.role && { role: flags.role }) }
    const invited = await client.call('org.invite', { body })
    const printer = this.printer(flags)
    if (invited.delivery === 'outbox') printer.note(OUTBOX)
    if (flags.link && invited.id !== undefined) {
      const { email, url } = await client.call('org.invitation-link', { params: { invitation_id: invited.id } })
      await printer.one({ email, url }, INVITED)
    } else await printer.done(`Sent an invitation to ${invited.email}.`, invited, INVITED)
  }
}

import { Flags } from '@oclif/core'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { MAIL } from '../../src/cli/people/admin.ts'

export default class AdminMails extends ClawCommand {
  static override description = [
    'List the mails that wait, newest first, without their text. Requires a platform administrator.',
    'With SMTP these are the mails that the mail server has not taken yet. Without it they are the mails of the last 7 days in the outbox folder of the server.',
  ].join('\n\n')
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --limit 50 --offset 50']
  static override flags = {
    limit: Flags.integer({ min: 1, max: 200, helpValue: '<n>', description: 'Maximum number of results (default: 100).' }),
    offset: Flags.integer({ min: 0, helpValue: '<n>', description: 'Number of the newest mails to skip.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AdminMails)
    const { client } = await this.session(flags)
    const { limit, offset } = flags
    const query = { ...(limit !== undefined && { limit }), ...(offset !== undefined && { offset }) }
    const { mails, total, delivery } = await client.call('admin.mails', { query })
    const printer = this.printer(flags)
    await printer.list(mails, MAIL, 'No mail waits.')
    if (mails.length < total) printer.note(`${mails.length} of ${total} mails.`)
    if (delivery === 'files' && mails.length > 0)
      printer.note('The server has no SMTP. `1claw admin mails show` prints one with its link, to pass on to its recipient.')
  }
}

import { uncoloured } from '../../../src/cli/context/visible.ts'
import { required } from '../../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../../src/cli/oclif/command.ts'
import { MAIL_TEXT } from '../../../src/cli/people/admin.ts'

export default class AdminMailsShow extends ClawCommand {
  static override description = [
    'Show a waiting mail with its text, on a server without SMTP.',
    'The text has a link that grants access: pass it on to the recipient, and to nobody else. Every read is logged. Requires an owner of the organisation that runs the server, who signed in within the last 15 minutes.',
  ].join('\n\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> 5f0c2f0e-8a3c-4a5e-a8f7-0d9cf6a7c111',
    '<%= config.bin %> <%= command.id %> 5f0c2f0e-8a3c-4a5e-a8f7-0d9cf6a7c111 --json',
  ]
  static override args = { id: required('Id of the mail, as `admin mails` lists it.') }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AdminMailsShow)
    const { client } = await this.session(flags)
    const mail = await client.call('admin.mail', { params: { mail_id: args.id } })
    const printer = this.printer(flags)
    if (printer.format !== 'table') return printer.one(mail, MAIL_TEXT)
    this.context.stdout.write(uncoloured(`To: ${mail.to}\nSubject: ${mail.subject}\n\n${mail.text}`))
  }
}

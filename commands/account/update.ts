import { Flags } from '@oclif/core'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { ACCOUNT } from '../../src/cli/output/views/resources.ts'
import { Problem } from '../../src/problem.ts'

export default class AccountUpdate extends ClawCommand {
  static override description = 'Change your name or your choice about news by e-mail.'
  static override examples = [
    "<%= config.bin %> <%= command.id %> --name 'Ada Lovelace'",
    '<%= config.bin %> <%= command.id %> --no-marketing-emails',
  ]
  static override flags = {
    name: Flags.string({ helpValue: '<name>', description: 'Your display name. An empty value removes it.' }),
    'marketing-emails': Flags.boolean({ allowNo: true, description: 'Receive news by e-mail.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AccountUpdate)
    const { name, 'marketing-emails': marketing } = flags
    if (name === undefined && marketing === undefined) {
      throw new Problem('usage', 'Nothing to change: pass at least one flag.', { hint: 'Use --name or --[no-]marketing-emails.' })
    }
    const { client } = await this.session(flags)
    const body = {
      ...(name !== undefined && { display_name: name }),
      ...(marketing !== undefined && { marketing_emails: marketing }),
    }
    await this.printer(flags).done('Changed your account.', await client.call('account.update', { body }), ACCOUNT)
  }
}

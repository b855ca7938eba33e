import { Flags } from '@oclif/core'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { ACCOUNT } from '../../src/cli/output/views/resources.ts'
import { Problem } from '../../src/problem.ts'

export default class AccountUpdate extends ClawCommand {
  static override description = 'Change your name, or whether you get news by mail.'
  static override examples = [
    "<%= config.bin %> <%= command.id %> --name 'Ada Lovelace'",
    '<%= config.bin %> <%= command.id %> --no-marketing-emails',
  ]
  static override flags = {
    name: Flags.string({ helpValue: '<name>', description: 'How you are called; empty for no name.' }),
    'marketing-emails': Flags.boolean({ allowNo: true, description: 'Get news by mail.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AccountUpdate)
    const { name, 'marketing-emails': marketing } = flags
    if (name === undefined && marketing === undefined) {
      throw new Problem('usage', 'Nothing is to be changed.', { hint: 'Use --name or --[no-]marketing-emails.' })
    }
    const { client } = await this.session(flags)
    const body = {
      ...(name !== undefined && { display_name: name }),
      ...(marketing !== undefined && { marketing_emails: marketing }),
    }
    await this.printer(flags).done('Changed your account.', await client.call('account.update', { body }), ACCOUNT)
  }
}

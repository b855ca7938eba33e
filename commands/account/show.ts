import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { ACCOUNT } from '../../src/cli/output/views/resources.ts'

export default class AccountShow extends ClawCommand {
  static override description = 'Show your account.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    const { flags } = await this.parse(AccountShow)
    const { client } = await this.session(flags)
    await this.printer(flags).one(await client.call('account.me'), ACCOUNT)
  }
}

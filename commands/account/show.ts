import { ClawCommand } from '../../src/cli/command.ts'
import type { View } from '../../src/cli/output/view.ts'
import type { Reply } from '../../src/client/client.ts'

const ACCOUNT: View<Reply<'account.me'>> = {
  columns: {
    email: me => me.email,
    name: me => me.display_name,
    role: me => me.role,
    id: me => me.id,
    organisation: me => me.org_id,
    'signs in by': me => me.auth_method,
    'e-mail verified': me => me.email_verified,
    'second factor': me => me.totp_enabled,
    created: me => me.created_at,
  },
  name: me => me.email,
}

export default class AccountShow extends ClawCommand {
  static override description = 'Show your account.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    const { flags } = await this.parse(AccountShow)
    const { client } = await this.session(flags)
    await this.printer(flags).one(await client.call('account.me'), ACCOUNT)
  }
}

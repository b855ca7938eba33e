import { forget } from '../../src/cli/login/remember.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { yesFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { ID } from '../../src/cli/output/views/resources.ts'

export default class AccountDelete extends ClawCommand {
  static override description =
    'Delete your account permanently, with every vault, secret and agent that only you can reach.\nOrganisations with other members remain. If you are the last owner of one, make another member an owner first.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --yes']
  static override flags = { yes: yesFlag }

  async run(): Promise<void> {
    const { flags } = await this.parse(AccountDelete)
    const { client, credential, target } = await this.session(flags)
    const { id, email } = await client.call('account.me')
    await this.confirm(flags, `Delete the account ${email} on ${target.apiUrl} and everything that only it can reach?`)
    await client.call('account.delete', { body: { confirmation: 'DELETE MY ACCOUNT' } })
    if (credential.kind === 'token' && credential.expiresAt !== undefined) await forget(this.context, target.profileName)
    await this.printer(flags).done(`Deleted the account ${email}.`, { id }, ID)
  }
}

import { Flags } from '@oclif/core'
import { bytesOf } from '../../src/cli/context/terminal.ts'
import { forget } from '../../src/cli/login/remember.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { Problem } from '../../src/problem.ts'

export default class AccountChangePassword extends ClawCommand {
  static override description = 'Change your password.\nEvery token issued before stops working, so you must sign in again.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    'printf \'%s\\n%s\\n\' "$OLD" "$NEW" | <%= config.bin %> <%= command.id %> --password-stdin',
  ]
  static override flags = {
    'password-stdin': Flags.boolean({ description: 'Read the current password and the new one from stdin, one on each line.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AccountChangePassword)
    const { client, credential, target } = await this.session(flags)
    const body = flags['password-stdin'] ? await this.fromStdin() : await this.asked(this.canAsk(flags))
    await client.call('auth.change-password', { body })
    // The token of this login no longer works. If it were kept, the next command would fail without an obvious reason.
    if (credential.kind === 'token' && credential.expiresAt !== undefined) await forget(this.context, target.profileName)
    await this.printer(flags).did('Changed the password. Sign in again with `1claw login`.', { changed: true })
  }

  private async fromStdin() {
    const [current_password, new_password] = (await bytesOf(this.context.stdin)).toString('utf8').split(/\r?\n/)
    if (!current_password || !new_password)
      throw new Problem('usage', 'Stdin must hold the current password and the new one, one on each line.')
    return { current_password, new_password }
  }

  private async asked(ask: boolean) {
    if (!ask)
      throw new Problem('usage', 'Cannot prompt for the passwords: no terminal is attached.', { hint: 'Add --password-stdin.' })
    const { prompts } = this.context
    const current_password = await prompts.hidden('Current password')
    const new_password = await prompts.hidden('New password')
    if ((await prompts.hidden('New password again')) !== new_password) throw new Problem('usage', 'The two new passwords differ.')
    return { current_password, new_password }
  }
}

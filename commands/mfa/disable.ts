import { Flags } from '@oclif/core'
import { secretInput } from '../../src/cli/input/secret-input.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { Problem } from '../../src/problem.ts'

export default class MfaDisable extends ClawCommand {
  static override description =
    'Turn off the second factor, with one of its codes, a recovery code or your password.\nIt prompts for the proof, or reads it from stdin.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --with-password < password.txt',
  ]
  static override flags = { 'with-password': Flags.boolean({ description: 'Use the password as proof.' }) }

  async run(): Promise<void> {
    const { flags } = await this.parse(MfaDisable)
    const { client } = await this.session(flags)
    if (!(await client.call('mfa.status')).enabled) throw new Problem('resource.conflict', 'Your account has no second factor.')
    const byPassword = flags['with-password']
    const question = byPassword ? 'Password' : 'Code of your authenticator, or a recovery code'
    const given = (await secretInput(this.context, question, { ask: this.canAsk(flags) })).replace(/\r?\n$/, '')
    await client.call('mfa.disable', { body: byPassword ? { password: given } : { code: given } })
    await this.printer(flags).did('The second factor is off.', { enabled: false })
  }
}

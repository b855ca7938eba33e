import { ClawCommand } from '../../src/cli/oclif/command.ts'
import type { View } from '../../src/cli/output/view.ts'

const STATUS: View<{ readonly enabled: boolean }> = {
  columns: { 'second factor': status => (status.enabled ? 'on' : 'off') },
  name: status => (status.enabled ? 'on' : 'off'),
}

export default class MfaStatus extends ClawCommand {
  static override description = 'Show whether your account has a second factor.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    const { flags } = await this.parse(MfaStatus)
    const { client } = await this.session(flags)
    await this.printer(flags).one(await client.call('mfa.status'), STATUS)
  }
}

import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { CREDITS } from '../../src/cli/output/views/billing.ts'

export default class BillingCredits extends ClawCommand {
  static override description = 'Show the credits of your organisation, and how many of them expire soon.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    const { flags } = await this.parse(BillingCredits)
    const { client } = await this.session(flags)
    await this.printer(flags).one(await client.call('billing.balance'), CREDITS)
  }
}

import { Args } from '@oclif/core'
import { PAGE_TO_PAY } from '../../src/cli/billing/views.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'

export default class BillingTopup extends ClawCommand {
  static override description = 'Buy credits: prints the page where they are paid. For owners and admins.'
  static override examples = ['<%= config.bin %> <%= command.id %> 25']
  static override args = {
    dollars: Args.integer({ required: true, min: 5, max: 1000, ignoreStdin: true, description: 'US dollars, from 5 to 1000.' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(BillingTopup)
    const { client } = await this.session(flags)
    const { checkout_url: url } = await client.call('billing.topup', { body: { amount_usd: args.dollars } })
    await this.printer(flags).done(`Pay here: ${url}`, { url }, PAGE_TO_PAY)
  }
}

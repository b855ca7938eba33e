import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { PAGE_TO_PAY } from '../../src/cli/output/views/billing.ts'
import { Problem } from '../../src/problem.ts'

export default class BillingTopup extends ClawCommand {
  static override description = 'Buy credits: prints a link to pay for them. Requires an owner or admin.'
  static override examples = ['<%= config.bin %> <%= command.id %> 25']
  static override args = { dollars: required('US dollars, from 5 to 1000.') }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(BillingTopup)
    const amount = dollarsIn(args.dollars)
    const { client } = await this.session(flags)
    const { checkout_url: url } = await client.call('billing.topup', { body: { amount_usd: amount } })
    await this.printer(flags).done(`Pay here: ${url}`, { url }, PAGE_TO_PAY)
  }
}

function dollarsIn(text: string): number {
  const dollars = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (dollars >= 5 && dollars <= 1000) return dollars
  throw new Problem('usage', 'Credits are bought in whole US dollars, from 5 to 1000.')
}

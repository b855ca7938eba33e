import { Args, Flags } from '@oclif/core'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { PAGE_TO_PAY } from '../../src/cli/output/views/billing.ts'

const PAID = ['pro', 'business'] as const

export default class BillingSubscribe extends ClawCommand {
  static override description = 'Subscribe to a larger plan: prints a link to pay for it. Requires an owner or admin.'
  static override examples = ['<%= config.bin %> <%= command.id %> pro --yearly']
  static override args = {
    tier: Args.option({ options: PAID, ignoreStdin: true, description: 'The plan.' })({ required: true }),
  }
  static override flags = {
    yearly: Flags.boolean({ description: 'Pay once a year instead of every month.' }),
    trial: Flags.boolean({
      allowNo: true,
      default: true,
      description: 'Start with a free trial of 14 days, once per organisation.',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(BillingSubscribe)
    const { client } = await this.session(flags)
    const interval = flags.yearly ? ('yearly' as const) : ('monthly' as const)
    const body = { tier: args.tier, interval, trial: flags.trial }
    const { checkout_url: url } = await client.call('billing.subscribe', { body })
    await this.printer(flags).done(`Pay here: ${url}`, { url }, PAGE_TO_PAY)
  }
}

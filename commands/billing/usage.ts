import { Flags } from '@oclif/core'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { DAY, PRINCIPAL_SHARE, SHARE } from '../../src/cli/output/views/billing.ts'
import { namesFrom } from '../../src/cli/people/names.ts'

const BY = ['day', 'principal', 'route'] as const

export default class BillingUsage extends ClawCommand {
  static override description = 'Show the requests of a month by day, by who made them, or by route.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --by route --month 2026-11',
  ]
  static override flags = {
    by: Flags.option({ options: BY, default: 'day' as const, description: 'How to group the requests.' })(),
    month: Flags.string({ helpValue: '<yyyy-mm>', description: 'Month, in UTC (default: the current one).' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(BillingUsage)
    const { client } = await this.session(flags)
    const query = flags.month === undefined ? {} : { month: flags.month }
    const usage = await client.call('billing.breakdown', { query })
    const none = `No requests were made in ${usage.month}.`
    const printer = this.printer(flags, namesFrom(client))
    if (flags.by === 'day') await printer.list(usage.days, DAY, none)
    else if (flags.by === 'route') await printer.list(usage.routes, SHARE, none)
    else await printer.list(usage.principals, PRINCIPAL_SHARE, none)
  }
}

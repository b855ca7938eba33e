import { Flags } from '@oclif/core'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { USAGE_EVENT } from '../../src/cli/output/views/billing.ts'
import { namesFrom } from '../../src/cli/people/names.ts'

export default class BillingHistory extends ClawCommand {
  static override description = 'List the requests of your organisation, newest first.'
  static override examples = ['<%= config.bin %> <%= command.id %> --limit 200']
  static override flags = {
    limit: Flags.integer({ min: 1, max: 1000, default: 50, helpValue: '<n>', description: 'Maximum number of entries.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(BillingHistory)
    const { client } = await this.session(flags)
    const { events } = await client.call('billing.history', { query: { limit: flags.limit } })
    await this.printer(flags, namesFrom(client)).list(events, USAGE_EVENT, 'No requests have been made yet.')
  }
}

import { Flags } from '@oclif/core'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { LEDGER_ENTRY } from '../../src/cli/output/views/billing.ts'

export default class BillingLedger extends ClawCommand {
  static override description = 'List the entries of the credit ledger of your organisation, newest first.'
  static override examples = ['<%= config.bin %> <%= command.id %> --page 2']
  static override flags = {
    page: Flags.integer({ min: 1, default: 1, helpValue: '<n>', description: 'Page number, from 1.' }),
    limit: Flags.integer({ min: 1, max: 1000, default: 50, helpValue: '<n>', description: 'Number of entries per page.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(BillingLedger)
    const { client } = await this.session(flags)
    const query = { page: flags.page, limit: flags.limit }
    const { transactions } = await client.call('billing.ledger', { query })
    await this.printer(flags).list(transactions, LEDGER_ENTRY, 'The ledger has no entries.')
  }
}

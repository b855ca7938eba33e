import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { PAGE_TO_PAY } from '../../src/cli/output/views/billing.ts'

export default class BillingPortal extends ClawCommand {
  static override description = 'Print a link to manage cards, invoices and the subscription. Requires an owner or admin.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    const { flags } = await this.parse(BillingPortal)
    const { client } = await this.session(flags)
    const { portal_url: url } = await client.call('billing.portal')
    await this.printer(flags).done(`Manage billing here: ${url}`, { url }, PAGE_TO_PAY)
  }
}

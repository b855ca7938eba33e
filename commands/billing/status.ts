import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { METER, metersOf, PLAN } from '../../src/cli/output/views/billing.ts'

export default class BillingStatus extends ClawCommand {
  static override description = 'Show the plan of your organisation, its credits, and how much of it is used.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']

  async run(): Promise<void> {
    const { flags } = await this.parse(BillingStatus)
    const { client } = await this.session(flags)
    const plan = await client.call('billing.subscription')
    const printer = this.printer(flags)
    await printer.one(plan, PLAN)
    if (flags.output === undefined && !flags.json && flags.jq === undefined) await printer.list(metersOf(plan), METER, '')
  }
}

import { Args } from '@oclif/core'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { OVERAGE } from '../../src/cli/output/views/billing.ts'

const METHODS = ['credits', 'x402'] as const

export default class BillingOverage extends ClawCommand {
  static override description = 'Choose how requests beyond the plan are paid for. Requires an owner or admin.'
  static override examples = ['<%= config.bin %> <%= command.id %> x402']
  static override args = {
    method: Args.option({
      options: METHODS,
      ignoreStdin: true,
      description: '`credits` for prepaid credits, `x402` for a payment with each request.',
    })({
      required: true,
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(BillingOverage)
    const { client } = await this.session(flags)
    const answer = await client.call('billing.set-overage', { body: { method: args.method } })
    await this.printer(flags).done(`Requests beyond the plan are paid by ${answer.overage_method}.`, answer, OVERAGE)
  }
}

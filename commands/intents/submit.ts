import {
  agentFlag,
  idempotencyHeader,
  intentFlags,
  intentOf,
  signingFlags,
  signingOf,
} from '../../src/cli/intents/intent-flags.ts'
import { showReview } from '../../src/cli/intents/review.ts'
import { keyVaultId, signerId } from '../../src/cli/intents/subject.ts'
import { endWithFault } from '../../src/cli/intents/verdict.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { yesFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { TRANSACTION_DETAILS } from '../../src/cli/output/views/intents.ts'
import { Problem } from '../../src/problem.ts'

export default class IntentsSubmit extends ClawCommand {
  static override description =
    'Have a transaction signed and sent. The key never leaves the server.\nRequires an agent. On a terminal, it first shows the simulated changes and the guardrail result, and asks for confirmation.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --chain base --to 0x… --value 0.1',
    '<%= config.bin %> <%= command.id %> --chain base --to 0x… --data @swap.hex --simulate-first --json',
  ]
  static override flags = { ...intentFlags, ...signingFlags, agent: agentFlag, yes: yesFlag }

  async run(): Promise<void> {
    const { flags } = await this.parse(IntentsSubmit)
    const session = await this.session(flags)
    const params = { agent_id: await signerId(session, flags.agent) }
    const intent = await intentOf(this.context, flags, await keyVaultId(session, flags.vault))
    const { call } = session.client
    if (this.canAsk(flags) && !flags.yes) {
      const simulation = await call('intents.simulate', { params, body: intent })
      await showReview(this.context, [simulation], async () => {
        return (await import('../../src/views/transaction-review.tsx')).transactionReview
      })
      const { status, guardrails } = simulation
      if (!guardrails.allowed) throw new Problem('policy.denied', `Refused by ${guardrails.reason}`)
      const question = status === 'success' ? 'Sign and send it?' : 'Sign and send it anyway?'
      if (!(await this.context.prompts.confirm(question))) throw new Problem('cancelled', 'Nothing was signed.')
    }
    const body = { ...intent, ...signingOf(flags) }
    const transaction = await call('intents.submit', { params, body }, idempotencyHeader(flags['idempotency-key']))
    const printer = this.printer(flags)
    await printer.one(transaction, TRANSACTION_DETAILS)
    endWithFault(
      this.context,
      printer,
      transaction.status === 'failed' ? (transaction.error_message ?? 'It was not sent.') : undefined,
    )
  }
}

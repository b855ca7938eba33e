import { agentFlag, intentFlags, intentOf } from '../../src/cli/intents/intent-flags.ts'
import { showReview } from '../../src/cli/intents/review.ts'
import { keyVaultId, subjectId } from '../../src/cli/intents/subject.ts'
import { endWithFault } from '../../src/cli/intents/verdict.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { SIMULATION, type Simulation } from '../../src/cli/output/views/intents.ts'

export default class IntentsSimulate extends ClawCommand {
  static override description =
    'Simulate a transaction and check it against the guardrails. Nothing is signed.\nExits with 10 if it would fail or be refused.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --agent trader --chain base --to 0x… --value 0.1',
    '<%= config.bin %> <%= command.id %> --chain base --to 0x… --data 0xa9059cbb… --json',
  ]
  static override flags = { ...intentFlags, agent: agentFlag }

  async run(): Promise<void> {
    const { flags } = await this.parse(IntentsSimulate)
    const session = await this.session(flags)
    const params = { agent_id: await subjectId(session, flags.agent) }
    const body = await intentOf(this.context, flags, await keyVaultId(session, flags.vault))
    const simulation = await session.client.call('intents.simulate', { params, body })
    const printer = this.printer(flags)
    if (printer.format === 'table' && this.context.stderr.isTTY) {
      await showReview(this.context, [simulation], async () => {
        return (await import('../../src/views/transaction-review.tsx')).transactionReview
      })
    } else await printer.one(simulation, SIMULATION)
    endWithFault(this.context, printer, faultOf(simulation))
  }
}

function faultOf({ status, error_human_readable, guardrails }: Simulation): string | undefined {
  if (status !== 'success') return error_human_readable ?? 'The outcome could not be determined.'
  return guardrails.allowed ? undefined : `Refused by ${guardrails.reason}`
}

import { Flags } from '@oclif/core'
import { bundleOf } from '../../src/cli/intents/bundle.ts'
import { agentFlag } from '../../src/cli/intents/intent-flags.ts'
import { showReview } from '../../src/cli/intents/review.ts'
import { subjectId } from '../../src/cli/intents/subject.ts'
import { endWithFault } from '../../src/cli/intents/verdict.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import type { Printer } from '../../src/cli/output/printer.ts'
import { SIMULATION, type Simulation } from '../../src/cli/output/views/intents.ts'

export default class IntentsSimulateBundle extends ClawCommand {
  static override description =
    'Simulate several transactions in order, such as an approval and a swap. Nothing is signed.\nExits with 10 if one would fail.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> bundle.json --agent trader --chain base',
    'jq -c . bundle.json | <%= config.bin %> <%= command.id %> - --json',
  ]
  static override args = { file: required('File with a JSON list of transactions; `-` is stdin.') }
  static override flags = {
    chain: Flags.string({ helpValue: '<name or id>', description: 'Chain for transactions that do not name one.' }),
    agent: agentFlag,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(IntentsSimulateBundle)
    const body = await bundleOf(this.context, args.file, flags.chain)
    const session = await this.session(flags)
    const params = { agent_id: await subjectId(session, flags.agent) }
    const { simulations } = await session.client.call('intents.simulate-bundle', { params, body })
    const printer = this.printer(flags)
    if (printer.format === 'table' && this.context.stderr.isTTY) {
      await showReview(this.context, simulations, async () => {
        return (await import('../../src/views/transaction-review.tsx')).transactionReview
      })
    } else if (printer.format === 'table') await oneByOne(simulations, printer, text => this.context.stdout.write(text))
    else await printer.list(simulations, SIMULATION, 'There was nothing to simulate.')
    const failed = simulations.findIndex(({ status }) => status !== 'success')
    const why = simulations[failed]?.error_human_readable ?? 'The outcome could not be determined.'
    endWithFault(this.context, printer, failed < 0 ? undefined : `Transaction ${failed + 1}: ${why}`)
  }
}

/** Prints each simulation on its own lines: its changes do not fit in a row of a table. */
async function oneByOne(simulations: readonly Simulation[], printer: Printer, write: (text: string) => void): Promise<void> {
  for (const [index, simulation] of simulations.entries()) {
    if (index > 0) write('\n')
    await printer.one(simulation, SIMULATION)
  }
}

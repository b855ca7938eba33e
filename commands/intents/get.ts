import { Flags } from '@oclif/core'
import { agentFlag } from '../../src/cli/intents/intent-flags.ts'
import { subjectId } from '../../src/cli/intents/subject.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { SIGNED_TRANSACTION, TRANSACTION_DETAILS } from '../../src/cli/output/views/intents.ts'

export default class IntentsGet extends ClawCommand {
  static override description = 'Show one transaction of an agent.'
  static override examples = ['<%= config.bin %> <%= command.id %> 4f0c… --agent trader']
  static override args = { id: required('Its id.') }
  static override flags = { agent: agentFlag, signed: Flags.boolean({ description: 'Include the signed transaction.' }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(IntentsGet)
    const session = await this.session(flags)
    const params = { agent_id: await subjectId(session, flags.agent), tx_id: args.id }
    const query = flags.signed ? ({ include_signed_tx: 'true' } as const) : {}
    const transaction = await session.client.call('intents.get', { params, query })
    await this.printer(flags).one(transaction, flags.signed ? SIGNED_TRANSACTION : TRANSACTION_DETAILS)
  }
}

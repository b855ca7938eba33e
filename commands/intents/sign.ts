import {
  agentFlag,
  idempotencyHeader,
  intentFlags,
  intentOf,
  signingFlags,
  signingOf,
} from '../../src/cli/intents/intent-flags.ts'
import { keyVaultId, signerId } from '../../src/cli/intents/subject.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { SIGNED_TRANSACTION } from '../../src/cli/output/views/intents.ts'

export default class IntentsSign extends ClawCommand {
  static override description =
    'Have a transaction signed and print it. It is not sent.\nRequires an agent. It counts against the daily limit even if you never send it.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --chain base --to 0x… --value 0.1 --output plain',
    '<%= config.bin %> <%= command.id %> --chain ethereum --to 0x… --value 1 --nonce 7 --gas-limit 21000 --gas-price 20000000000',
  ]
  static override flags = { ...intentFlags, ...signingFlags, agent: agentFlag }

  async run(): Promise<void> {
    const { flags } = await this.parse(IntentsSign)
    const session = await this.session(flags)
    const params = { agent_id: await signerId(session, flags.agent) }
    const intent = await intentOf(this.context, flags, await keyVaultId(session, flags.vault))
    const body = { ...intent, ...signingOf(flags) }
    const transaction = await session.client.call('intents.sign', { params, body }, idempotencyHeader(flags['idempotency-key']))
    const printer = this.printer(flags)
    // For `cast publish $(1claw intents sign … --output plain)`.
    if (printer.format === 'plain') this.context.stdout.write(`${transaction.signed_tx}\n`)
    else await printer.one(transaction, SIGNED_TRANSACTION)
  }
}

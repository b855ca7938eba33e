import { Args } from '@oclif/core'
import { fileText } from '../../src/cli/input/given.ts'
import { idempotencyHeader } from '../../src/cli/intents/intent-flags.ts'
import { confirmSignature, factsOf, messageFlags, SIGNATURE, typedDataIn } from '../../src/cli/intents/messages.ts'
import { keyVaultId, signerId } from '../../src/cli/intents/subject.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { yesFlag } from '../../src/cli/oclif/oclif-flags.ts'

export default class IntentsSignTypedData extends ClawCommand {
  static override description =
    'Have typed data signed (EIP-712): permits, orders, transfers by signature. The key never leaves the server.\nRequires an agent that may sign messages of this domain. On a terminal, it first shows every field and asks for confirmation.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --chain base payment.json',
    'cat permit.json | <%= config.bin %> <%= command.id %> --chain base - --output plain',
  ]
  static override args = { file: Args.string({ required: true, description: 'A JSON file, or - for stdin.' }) }
  static override flags = { ...messageFlags, yes: yesFlag }

  async run(): Promise<void> {
    const { flags, args } = await this.parse(IntentsSignTypedData)
    const typed_data = typedDataIn(await fileText(this.context, args.file))
    const session = await this.session(flags)
    const params = { agent_id: await signerId(session, flags.agent) }
    const vault_id = await keyVaultId(session, flags.vault)
    if (this.canAsk(flags) && !flags.yes) {
      const { domain, message, primaryType } = typed_data
      const title = `Sign ${String(primaryType)} on ${flags.chain}`
      const shown = { title, facts: [...factsOf(domain, 'domain'), ...factsOf(message)] }
      await confirmSignature(this.context, shown, async () => (await import('../../src/views/message-review.tsx')).messageReview)
    }
    const body = {
      intent_type: 'typed_data' as const,
      chain: flags.chain,
      typed_data,
      ...(flags.key !== undefined && { signing_key_path: flags.key }),
      ...(vault_id !== undefined && { vault_id }),
    }
    const header = idempotencyHeader(flags['idempotency-key'])
    const signed = await session.client.call('intents.sign-message', { params, body }, header)
    const printer = this.printer(flags)
    if (printer.format === 'plain') this.context.stdout.write(`${signed.signature}\n`)
    else await printer.one(signed, SIGNATURE)
  }
}

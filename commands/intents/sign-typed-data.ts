import { Args } from '@oclif/core'
import { fileText } from '../../src/cli/input/text-argument.ts'
import { factsOf, messageFlags, typedDataIn } from '../../src/cli/intents/messages.ts'
import { SignatureCommand } from '../../src/cli/intents/signature-command.ts'
import { yesFlag } from '../../src/cli/oclif/oclif-flags.ts'

export default class IntentsSignTypedData extends SignatureCommand {
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
    const { domain, message, primaryType } = typed_data
    const shown = {
      title: `Sign ${String(primaryType)} on ${flags.chain}`,
      facts: [...factsOf(domain, 'domain'), ...factsOf(message)],
    }
    const review = async () => (await import('../../src/views/message-review.tsx')).messageReview
    await this.sign(flags, { intent_type: 'typed_data', typed_data }, shown, review)
  }
}

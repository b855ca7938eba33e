import { argumentBytes } from '../../src/cli/input/text-argument.ts'
import { messageFlags } from '../../src/cli/intents/messages.ts'
import { SignatureCommand } from '../../src/cli/intents/signature-command.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { yesFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { Problem } from '../../src/problem.ts'

export default class IntentsSignMessage extends SignatureCommand {
  static override description =
    'Have a message signed as wallets do (EIP-191). The key never leaves the server.\nRequires an agent that may sign messages. On a terminal, it first shows the message and asks for confirmation.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --chain base "Sign in to example.com"',
    '<%= config.bin %> <%= command.id %> --chain base 0xdeadbeef --output plain',
    '<%= config.bin %> <%= command.id %> --chain base @terms.txt',
  ]
  static override args = {
    message: required('The text, or bytes as 0x-hex; `@file` for a file and `-` for stdin, byte for byte.'),
  }
  static override flags = { ...messageFlags, yes: yesFlag }

  async run(): Promise<void> {
    const { flags, args } = await this.parse(IntentsSignMessage)
    const message = messageOf(args.message, await argumentBytes(this.context, args.message))
    const shown = { title: `Sign a message on ${flags.chain}`, facts: [['message', message]] as const }
    const review = async () => (await import('../../src/views/message-review.tsx')).messageReview
    await this.sign(flags, { intent_type: 'personal_sign', message }, shown, review)
  }
}

/** The message as the API takes it: text if the bytes are UTF-8 and do not look like hexadecimal digits, otherwise hexadecimal digits. */
function messageOf(word: string, bytes: Buffer | undefined): string {
  if (bytes === undefined) return word
  if (bytes.length === 0) throw new Problem('usage', 'The message is empty.')
  const text = bytes.toString('utf8')
  return Buffer.from(text).equals(bytes) && !/^0x/i.test(text) ? text : `0x${bytes.toString('hex')}`
}

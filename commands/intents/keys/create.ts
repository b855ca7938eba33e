import { Flags } from '@oclif/core'
import { newSigningKey } from '../../../src/cli/intents/new-key.ts'
import { ClawCommand } from '../../../src/cli/oclif/command.ts'
import { SIGNING_KEY } from '../../../src/cli/output/views/intents.ts'
import { commandLine } from '../../../src/shell-word.ts'

export default class IntentsKeysCreate extends ClawCommand {
  static override description =
    'Create a signing key for transactions and print its address.\nWith --hsm, the key is created in the key provider of the server (an HSM, if there is one) and never leaves it. Nobody can read or export it, and a database backup alone does not restore it.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --chain base --hsm',
    '<%= config.bin %> <%= command.id %> --path wallets/treasury --vault trading',
  ]
  static override flags = {
    chain: Flags.string({ helpValue: '<name>', description: 'Chain it signs for. Sets the path to keys/{chain}-signer.' }),
    path: Flags.string({
      helpValue: '<path>',
      exclusive: ['chain'],
      description: 'Path of the key instead: keys/* or wallets/*.',
    }),
    hsm: Flags.boolean({ description: 'Keep the key inside the key provider.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(IntentsKeysCreate)
    const session = await this.session(flags)
    const { path, address, provider, version } = await newSigningKey(session, flags)
    const key = { path, address, provider, version }
    await this.printer(flags).one(key, SIGNING_KEY)
    this.printer(flags).note(`To let an agent use it: ${commandLine('policies create', path)} --agent <name> --permission read`)
  }
}

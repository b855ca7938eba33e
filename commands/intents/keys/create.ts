import { Flags } from '@oclif/core'
import { newSigningKey } from '../../../src/cli/intents/new-key.ts'
import { ClawCommand } from '../../../src/cli/oclif/command.ts'
import { SIGNING_KEY } from '../../../src/cli/output/views/intents.ts'

export default class IntentsKeysCreate extends ClawCommand {
  static override description =
    'Make a signing key for transactions and print its address.\nWith --hsm it is made in the key provider of the server (the HSM, where there is one) and never leaves it: nobody can read or export it, and a backup of the database alone does not bring it back.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --chain base --hsm',
    '<%= config.bin %> <%= command.id %> --path wallets/treasury --vault trading',
  ]
  static override flags = {
    chain: Flags.string({ helpValue: '<name>', description: 'For this chain: it lies at keys/{chain}-signer.' }),
    path: Flags.string({ helpValue: '<path>', exclusive: ['chain'], description: 'Where it lies instead: keys/* or wallets/*.' }),
    hsm: Flags.boolean({ description: 'Never let it leave the key provider.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(IntentsKeysCreate)
    const session = await this.session(flags)
    const { path, address, provider, version } = await newSigningKey(session, flags)
    const key = { path, address, provider, version }
    await this.printer(flags).one(key, SIGNING_KEY)
    this.printer(flags).note(`Let an agent use it: 1claw policies create ${path} --agent <name> --permission read`)
  }
}

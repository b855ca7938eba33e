import { Flags } from '@oclif/core'
import { TEXT_HELP, trimmedArgument } from '../../src/cli/input/text-argument.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { VAULT } from '../../src/cli/output/views/resources.ts'

export default class VaultsCreate extends ClawCommand {
  static override description = 'Create a vault with its own encryption key.'
  static override examples = ['<%= config.bin %> <%= command.id %> production --description "What the web shop needs"']
  static override args = { name: required('Name of the vault, unique in the organisation.') }
  static override flags = { description: Flags.string({ helpValue: TEXT_HELP, description: 'What it is for.' }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(VaultsCreate)
    const { client } = await this.session(flags)
    const description = await trimmedArgument(this.context, flags.description)
    const vault = await client.call('vaults.create', {
      body: { name: args.name, ...(description !== undefined && { description }) },
    })
    await this.printer(flags).one(vault, VAULT)
  }
}

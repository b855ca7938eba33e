import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { yesFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { ID } from '../../src/cli/output/views/resources.ts'

export default class ApiKeysRevoke extends ClawCommand {
  static override description = 'Revoke an API key and every token made from it.'
  static override examples = ['<%= config.bin %> <%= command.id %> 5f0c2f0e-8a3c-4a5e-a8f7-0d9cf6a7c111 --yes']
  static override args = { id: required('Id of the key.') }
  static override flags = { yes: yesFlag }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ApiKeysRevoke)
    const { client } = await this.session(flags)
    await this.confirm(flags, `Revoke the API key ${args.id}?`)
    await client.call('api-keys.revoke', { params: { key_id: args.id } })
    await this.printer(flags).done(`Revoked the API key ${args.id}.`, { id: args.id }, ID)
  }
}

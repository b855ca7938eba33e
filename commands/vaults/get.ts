import { vaultIdOf } from '../../src/cli/input/vault.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { VAULT } from '../../src/cli/output/views/resources.ts'

export default class VaultsGet extends ClawCommand {
  static override description = 'Show one vault.'
  static override examples = ['<%= config.bin %> <%= command.id %> production']
  static override args = { vault: required('Name or id.') }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(VaultsGet)
    const { client } = await this.session(flags)
    const vault = await client.call('vaults.get', { params: { vault_id: await vaultIdOf(client, args.vault) } })
    await this.printer(flags).one(vault, VAULT)
  }
}

import { vaultIdOf } from '../../src/cli/input/vault.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { VAULT } from '../../src/cli/output/views/resources.ts'

export default class VaultsRename extends ClawCommand {
  static override description =
    'Rename a vault.\nIts id does not change. References and `.1claw.json` files that use the old name must be changed.'
  static override examples = ['<%= config.bin %> <%= command.id %> production live']
  static override args = { vault: required('Name or id.'), name: required('New name.') }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(VaultsRename)
    const { client } = await this.session(flags)
    const vault = await client.call('vaults.update', {
      params: { vault_id: await vaultIdOf(client, args.vault) },
      body: { name: args.name },
    })
    await this.printer(flags).done(`Renamed the vault to ${vault.name}.`, vault, VAULT)
  }
}

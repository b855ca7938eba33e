import { vaultIdOf } from '../../src/cli/input/vault.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { yesFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { VAULT } from '../../src/cli/output/views/resources.ts'

export default class VaultsDelete extends ClawCommand {
  static override description = 'Delete a vault, all its secrets and policies, and destroy its key.\nThis cannot be undone.'
  static override examples = ['<%= config.bin %> <%= command.id %> staging --yes']
  static override args = { vault: required('Name or id.') }
  static override flags = { yes: yesFlag }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(VaultsDelete)
    const { client } = await this.session(flags)
    const params = { vault_id: await vaultIdOf(client, args.vault) }
    const vault = await client.call('vaults.get', { params })
    await this.confirm(flags, `Delete the vault ${vault.name} and everything in it?`)
    await client.call('vaults.delete', { params })
    await this.printer(flags).done(`Deleted the vault ${vault.name}.`, vault, VAULT)
  }
}

import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { yesFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { VAULT } from '../../src/cli/output/views/resources.ts'

export default class CmekDisable extends ClawCommand {
  static override description =
    'Turn off the customer key of a vault.\nValues that were stored with the key remain encrypted with it, so keep the key until you have written them again.'
  static override examples = ['<%= config.bin %> <%= command.id %> --vault production']
  static override flags = { yes: yesFlag }

  async run(): Promise<void> {
    const { flags } = await this.parse(CmekDisable)
    const { client, vaultId } = await this.session(flags)
    const params = { vault_id: await vaultId() }
    const before = await client.call('vaults.get', { params })
    if (!before.cmek_enabled) return this.printer(flags).done(`The vault ${before.name} has no customer key.`, before, VAULT)
    await this.confirm(flags, 'Let the server read new values of this vault?')
    const vault = await client.call('cmek.disable', { params })
    await this.printer(flags).done(`Turned off the customer key of ${vault.name}.`, vault, VAULT)
  }
}

import { vaultIdOf } from '../../src/cli/input/vault.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { VAULT_STATS } from '../../src/cli/output/views/resources.ts'

export default class VaultsStats extends ClawCommand {
  static override description = 'Count the secrets, versions and bytes in a vault.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> production',
    '<%= config.bin %> <%= command.id %> production --json',
  ]
  static override args = { vault: required('Name or id.') }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(VaultsStats)
    const { client } = await this.session(flags)
    const stats = await client.call('vaults.stats', { params: { vault_id: await vaultIdOf(client, args.vault) } })
    await this.printer(flags).one(stats, VAULT_STATS)
  }
}

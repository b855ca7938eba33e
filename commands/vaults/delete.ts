import { Flags } from '@oclif/core'
import { sameServer } from '../../src/cli/context/target.ts'
import { deletedVaultOf } from '../../src/cli/input/deleted-vault.ts'
import { vaultIdOf } from '../../src/cli/input/vault.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { yesFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { DELETED_VAULT, VAULT } from '../../src/cli/output/views/resources.ts'
import { commandLine } from '../../src/shell-word.ts'

export default class VaultsDelete extends ClawCommand {
  static override description =
    'Delete a vault, all its secrets and policies.\nIt can be restored with `vaults restore` for 30 days, or as long as the server is configured to keep it; then its key is destroyed. --purge destroys it now, even if the vault was already deleted, and cannot be undone.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> staging --yes',
    '<%= config.bin %> <%= command.id %> staging --purge',
  ]
  static override args = { vault: required('Name or id.') }
  static override flags = { purge: Flags.boolean({ description: 'Destroy it now, with its key.' }), yes: yesFlag }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(VaultsDelete)
    const { client } = await this.session(flags)
    const printer = this.printer(flags)
    const deleted = flags.purge ? await deletedVaultOf(client, args.vault) : undefined
    if (deleted) {
      await this.confirm(flags, `Purge the deleted vault ${deleted.name} and destroy its key? This cannot be undone.`)
      await client.call('vaults.purge', { params: { vault_id: deleted.id } })
      return printer.done(`Purged the vault ${deleted.name}; its key is destroyed.`, deleted, DELETED_VAULT)
    }
    const params = { vault_id: await vaultIdOf(client, args.vault) }
    const vault = await client.call('vaults.get', { params })
    const question = flags.purge ? ' permanently and destroy its key? This cannot be undone.' : '?'
    await this.confirm(flags, `Delete the vault ${vault.name} and everything in it${question}`)
    await client.call('vaults.delete', { params, query: flags.purge ? { purge: 'true' } : {} })
    const said = flags.purge ? `Purged the vault ${vault.name}; its key is destroyed.` : `Deleted the vault ${vault.name}.`
    if (!flags.purge) printer.note(`Undo with: ${commandLine('vaults restore', vault.name, sameServer(flags))}`)
    await printer.done(said, vault, VAULT)
  }
}

import { Flags } from '@oclif/core'
import { deletedVaultOf } from '../../src/cli/input/deleted-vault.ts'
import { optional } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { DELETED_VAULT, VAULT } from '../../src/cli/output/views/resources.ts'
import { Problem } from '../../src/problem.ts'

export default class VaultsRestore extends ClawCommand {
  static override description =
    'Restore a deleted vault with its secrets and policies, or list those that can be restored.\nRequires an owner or admin, or the creator of the vault. Shares of its secrets are not restored.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> staging',
    '<%= config.bin %> <%= command.id %> staging --name staging-old',
  ]
  static override args = { vault: optional('Name or id; without it, the deleted vaults are listed.') }
  static override flags = {
    name: Flags.string({ helpValue: '<name>', description: 'Name to restore it under (default: the one it had).' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(VaultsRestore)
    const { client } = await this.session(flags)
    const printer = this.printer(flags)
    if (args.vault === undefined) {
      const { vaults } = await client.call('vaults.deleted')
      return printer.list(vaults, DELETED_VAULT, 'There are no deleted vaults that you can restore.')
    }
    const found = await deletedVaultOf(client, args.vault)
    if (!found) {
      throw new Problem('resource.unknown', `There is no deleted vault named ${JSON.stringify(args.vault)}.`, {
        hint: 'List them with `1claw vaults restore`.',
      })
    }
    const body = flags.name === undefined ? {} : { name: flags.name }
    const vault = await client.call('vaults.restore', { params: { vault_id: found.id }, body })
    await printer.done(`Restored the vault ${vault.name}.`, vault, VAULT)
  }
}

import { Flags } from '@oclif/core'
import { PERMISSIONS } from '../../src/cli/input/vocabulary.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { FOLDER_ACCESS } from '../../src/cli/output/views/secrets.ts'

export default class VaultsAccess extends ClawCommand {
  static override description =
    'Show how many secrets in each folder of a vault each member and agent can read.\nThe answer is the decision that the server would make now for each secret. Only people who manage policies of the vault can ask.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --prefix services/ --permission write --output csv',
  ]
  static override flags = {
    prefix: Flags.string({ helpValue: '<text>', description: 'Only the folders below this one; ends with a slash.' }),
    permission: Flags.option({ options: PERMISSIONS, default: 'read', description: 'Permission to check.' })(),
    ip: Flags.string({ helpValue: '<address>', description: 'Client address to check.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(VaultsAccess)
    const { client, vaultId } = await this.session(flags)
    const { ip, permission, prefix } = flags
    const { folders, principals } = await client.call('policies.folder-access', {
      params: { vault_id: await vaultId() },
      query: { permission, ...(prefix !== undefined && { prefix }), ...(ip !== undefined && { ip }) },
    })
    const rows = principals.flatMap(({ name, principal_type, secrets }) =>
      folders.flatMap((folder, place) => {
        const can = secrets[place] ?? 0
        return can === 0 ? [] : [{ name, principal_type, folder: `${prefix ?? ''}${folder.name}`, can, of: folder.secrets }]
      }),
    )
    await this.printer(flags).list(rows, FOLDER_ACCESS, `Nobody can ${permission} anything here.`)
  }
}

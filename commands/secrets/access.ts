import { Flags } from '@oclif/core'
import { PERMISSIONS } from '../../src/cli/input/vocabulary.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import type { Printer } from '../../src/cli/output/printer.ts'
import { ACCESS } from '../../src/cli/output/views/resources.ts'
import type { Session } from '../../src/cli/session/session.ts'
import { Problem } from '../../src/problem.ts'

export default class SecretsAccess extends ClawCommand {
  static override description =
    'Show who can read a secret, why, and who has read it in the last 90 days.\nThe result is the decision that the server would make now. Requires the right to manage the policies of the vault.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> stripe/secret-key',
    '<%= config.bin %> <%= command.id %> stripe/secret-key --permission write --all --output csv',
  ]
  static override args = { path: required('Path of the secret. It does not have to exist.') }
  static override flags = {
    permission: Flags.option({ options: PERMISSIONS, default: 'read', description: 'Permission to check.' })(),
    ip: Flags.string({ helpValue: '<address>', description: 'Client address to check.' }),
    all: Flags.boolean({ description: 'Include people and agents who cannot read it and never did.' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SecretsAccess)
    const { client, vaultId } = await this.session(flags)
    const { ip, permission } = flags
    const printer = this.printer(flags)
    const vault_id = await vaultId()
    const { principals } = await client.call('policies.access', {
      params: { vault_id },
      query: { path: args.path, permission, ...(ip !== undefined && { ip }) },
    })
    const concerned = principals.filter(({ allowed, policies, reads_90d }) => allowed || policies.length > 0 || reads_90d)
    if (printer.format === 'table') await noteAbsence(client, vault_id, args.path, printer)
    await printer.list(flags.all ? principals : concerned, ACCESS, `Nobody can ${permission} ${args.path}.`)
  }
}

/** Notes that there is no such secret: otherwise the answer for a mistyped path would be taken for that of the intended one. */
async function noteAbsence(client: Session['client'], vault_id: string, path: string, { note }: Printer): Promise<void> {
  try {
    await client.call('secrets.versions', { params: { vault_id, path } })
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'resource.unknown') return
    const { hint } = error.extras
    note(`note: There is no secret at ${path}.${hint === undefined ? '' : ` ${hint}`}`)
  }
}

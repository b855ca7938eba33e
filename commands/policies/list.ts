import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { POLICY } from '../../src/cli/output/views/resources.ts'
import { namesFrom } from '../../src/cli/people/names.ts'

export default class PoliciesList extends ClawCommand {
  static override description = 'List the policies of a vault.'
  static override examples = ['<%= config.bin %> <%= command.id %> --vault production']

  async run(): Promise<void> {
    const { flags } = await this.parse(PoliciesList)
    const { client, vaultId } = await this.session(flags)
    const { policies } = await client.call('policies.list', { params: { vault_id: await vaultId() } })
    await this.printer(flags, namesFrom(client)).list(
      policies,
      POLICY,
      'This vault has no policies: only its creator can read it.',
    )
  }
}

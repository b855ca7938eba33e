import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { yesFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { ID } from '../../src/cli/output/views/resources.ts'

export default class PoliciesDelete extends ClawCommand {
  static override description = 'Delete a policy. It takes effect on the next request.'
  static override examples = ['<%= config.bin %> <%= command.id %> 0b9f6a1e-3a60-4c37-9a36-3fd0a3a3cf21 --yes']
  static override args = { id: required('Id of the policy.') }
  static override flags = { yes: yesFlag }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PoliciesDelete)
    const { client, vaultId } = await this.session(flags)
    await this.confirm(flags, `Delete the policy ${args.id}?`)
    await client.call('policies.delete', { params: { vault_id: await vaultId(), policy_id: args.id } })
    await this.printer(flags).done(`Deleted the policy ${args.id}.`, { id: args.id }, ID)
  }
}

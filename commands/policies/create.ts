import { Flags } from '@oclif/core'
import { conditionFlags, conditionsOf } from '../../src/cli/input/conditions.ts'
import { expiryFlags, expiryOf } from '../../src/cli/input/expiry.ts'
import { principalFlags, principalOf } from '../../src/cli/input/principal.ts'
import { PERMISSIONS } from '../../src/cli/input/vocabulary.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { POLICY } from '../../src/cli/output/views/resources.ts'

export default class PoliciesCreate extends ClawCommand {
  static override description =
    'Let an agent or a user do something with the secrets whose path matches a pattern.\nIn a pattern `*` is one segment and `**` any number of them.'
  static override examples = [
    "<%= config.bin %> <%= command.id %> 'prod/**' --agent deployer --permission read",
    "<%= config.bin %> <%= command.id %> 'ci/*' --agent builder --permission read,write --expires-in 30d --ip 10.0.0.0/8",
  ]
  static override args = { pattern: required('Pattern of the paths; quote it.') }
  static override flags = {
    ...principalFlags,
    permission: Flags.option({
      options: PERMISSIONS,
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
      required: true,
      description: 'What they may do.',
    })(),
    ...expiryFlags,
    ...conditionFlags,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PoliciesCreate)
    const limits = { ...expiryOf(flags, this.context.now()), ...conditionsOf(flags) }
    const { client, vaultId } = await this.session(flags)
    const principal = await principalOf(client, flags)
    const policy = await client.call('policies.create', {
      params: { vault_id: await vaultId() },
      body: { secret_path_pattern: args.pattern, ...principal, permissions: flags.permission, ...limits },
    })
    await this.printer(flags).one(policy, POLICY)
  }
}

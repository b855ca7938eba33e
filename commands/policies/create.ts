import { Flags } from '@oclif/core'
import { conditionFlags, conditionsOf } from '../../src/cli/input/conditions.ts'
import { expiryFlags, expiryOf } from '../../src/cli/input/expiry.ts'
import { grantsOf } from '../../src/cli/input/grants.ts'
import { principalFlags, principalOf } from '../../src/cli/input/principal.ts'
import { PERMISSIONS } from '../../src/cli/input/vocabulary.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { POLICY } from '../../src/cli/output/views/resources.ts'
import { namesFrom } from '../../src/cli/people/names.ts'

export default class PoliciesCreate extends ClawCommand {
  static override description =
    'Grant an agent or a user permissions on secrets whose path matches a pattern.\nIn a pattern, `*` matches one segment and `**` matches any number of segments.'
  static override examples = [
    "<%= config.bin %> <%= command.id %> 'prod/**' --agent deployer --permission read",
    "<%= config.bin %> <%= command.id %> 'ci/*' --agent builder --permission read,write --expires-in 30d --ip 10.0.0.0/8",
    "<%= config.bin %> <%= command.id %> 'stripe/*' --also db/url --also '1claw://staging/db/*' --agent deployer --permission read",
  ]
  static override args = { pattern: required('Path pattern. Quote it.') }
  static override flags = {
    ...principalFlags,
    permission: Flags.option({
      options: PERMISSIONS,
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
      required: true,
      description: 'Permissions to grant.',
    })(),
    also: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<pattern>',
      description:
        'Another pattern; all are granted or none. `1claw://<vault>/<pattern>` is one in another vault. Repeat it for several.',
    }),
    ...expiryFlags,
    ...conditionFlags,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PoliciesCreate)
    const [expiry, conditions] = [expiryOf(flags), conditionsOf(flags)]
    const { client, vaultId } = await this.session(flags)
    const principal = await principalOf(client, flags)
    const [first, ...others] = await grantsOf(client, [args.pattern, ...(flags.also ?? [])], vaultId)
    const limits = { ...(await expiry(client, this.context.now())), ...conditions }
    const granted = { ...principal, permissions: flags.permission, ...limits }
    if (first && others.length === 0) {
      const { vault_id, secret_path_pattern } = first
      const policy = await client.call('policies.create', { params: { vault_id }, body: { secret_path_pattern, ...granted } })
      return this.printer(flags, namesFrom(client)).one(policy, POLICY)
    }
    const grants = [...(first ? [first] : []), ...others]
    const { policies } = await client.call('policies.create-many', { body: { grants, ...granted } })
    await this.printer(flags, namesFrom(client)).list(policies, POLICY, 'No policies were created.')
  }
}

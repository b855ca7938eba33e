import { Flags } from '@oclif/core'
import { conditionFlags, conditionsOf } from '../../src/cli/input/conditions.ts'
import { expiryFlags, expiryOf, hasExpiry } from '../../src/cli/input/expiry.ts'
import { PERMISSIONS } from '../../src/cli/input/vocabulary.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { POLICY } from '../../src/cli/output/views/resources.ts'
import { namesFrom } from '../../src/cli/people/names.ts'
import { Problem } from '../../src/problem.ts'

const CLEARABLE = ['conditions', 'expiry'] as const

export default class PoliciesUpdate extends ClawCommand {
  static override description =
    'Change the permissions, conditions or expiry of a policy.\nOnly the given fields change. The pattern and the principal cannot change.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 0b9f6a1e-3a60-4c37-9a36-3fd0a3a3cf21 --permission read',
    '<%= config.bin %> <%= command.id %> 0b9f6a1e-3a60-4c37-9a36-3fd0a3a3cf21 --clear expiry',
  ]
  static override args = { id: required('Id of the policy.') }
  static override flags = {
    permission: Flags.option({
      options: PERMISSIONS,
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
      description: 'New permissions.',
    })(),
    ...expiryFlags,
    ...conditionFlags,
    clear: Flags.option({ options: CLEARABLE, multiple: true, multipleNonGreedy: true, description: 'Clear this field.' })(),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PoliciesUpdate)
    const change = {
      ...(flags.permission && { permissions: flags.permission }),
      ...(flags.clear?.includes('conditions') && { conditions: null }),
      ...(flags.clear?.includes('expiry') && { expires_at: null }),
      ...conditionsOf(flags),
    }
    const expiry = expiryOf(flags)
    if (Object.keys(change).length === 0 && !hasExpiry(flags))
      throw new Problem('usage', 'Nothing to change: pass at least one flag.', { hint: 'For example --permission read.' })
    const { client, vaultId } = await this.session(flags)
    const params = { vault_id: await vaultId(), policy_id: args.id }
    const policy = await client.call('policies.update', {
      params,
      body: { ...change, ...(await expiry(client, this.context.now())) },
    })
    await this.printer(flags, namesFrom(client)).one(policy, POLICY)
  }
}

import { Args, Flags } from '@oclif/core'
import { TIERS } from '../../src/cli/input/vocabulary.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { TIER } from '../../src/cli/people/admin.ts'

export default class AdminTier extends ClawCommand {
  static override description = 'Set the tier of an organisation. Requires a platform administrator.'
  static override examples = ['<%= config.bin %> <%= command.id %> 5f0c2f0e-8a3c-4a5e-a8f7-0d9cf6a7c111 pro --days 30']
  static override args = {
    org: required('Id of the organisation.'),
    tier: Args.option({ options: TIERS, ignoreStdin: true, description: 'The tier.' })({ required: true }),
  }
  static override flags = {
    days: Flags.integer({ min: 1, max: 3650, helpValue: '<n>', description: 'Number of days it applies (default: no end).' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AdminTier)
    const { client } = await this.session(flags)
    const body = { tier: args.tier, ...(flags.days !== undefined && { duration_days: flags.days }) }
    const tier = await client.call('admin.set-tier', { params: { org_id: args.org }, body })
    await this.printer(flags).done(`The organisation is on the tier ${tier.tier}.`, tier, TIER)
  }
}

import { Flags } from '@oclif/core'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { LIMITS } from '../../src/cli/people/admin.ts'
import { Problem } from '../../src/problem.ts'

export default class AdminLimits extends ClawCommand {
  static override description =
    'Show or change the limits of an organisation that differ from its tier. Requires a platform administrator.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 5f0c2f0e-8a3c-4a5e-a8f7-0d9cf6a7c111',
    '<%= config.bin %> <%= command.id %> 5f0c2f0e-8a3c-4a5e-a8f7-0d9cf6a7c111 --free-requests 5000 --sponsored',
  ]
  static override args = { org: required('Id of the organisation.') }
  static override flags = {
    'free-requests': Flags.string({
      helpValue: '<n>|none',
      description: 'Free requests per month, or `none` to use the limit of the tier.',
    }),
    sponsored: Flags.boolean({ allowNo: true, description: 'Apply no limits and charge nothing.' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AdminLimits)
    const { 'free-requests': free, sponsored } = flags
    const body = {
      ...(free !== undefined && { free_tier_override: numberOrNone(free) }),
      ...(sponsored !== undefined && { is_sponsored: sponsored }),
    }
    const { client } = await this.session(flags)
    const params = { org_id: args.org }
    const changed = Object.keys(body).length > 0
    const limits = changed
      ? await client.call('admin.set-limits', { params, body })
      : await client.call('admin.limits', { params })
    await this.printer(flags).one(limits, LIMITS)
  }
}

function numberOrNone(text: string): number | null {
  if (text === 'none') return null
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new Problem('usage', '--free-requests must be a whole number or `none`.')
}

import { Args, Flags } from '@oclif/core'
import { TEXT_HELP, trimmedArgument } from '../../src/cli/input/text-argument.ts'
import { APPLIES_TO, RULE_TYPES } from '../../src/cli/input/vocabulary.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { IP_RULE } from '../../src/cli/people/ip-rules.ts'

export default class IpRulesAdd extends ClawCommand {
  static override description =
    'Add an IP rule to your organisation.\nA deny rule takes precedence. If there is any allow rule, every other address is denied. A rule that would lock you out is refused.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> allow 203.0.113.0/24 --label office',
    '<%= config.bin %> <%= command.id %> deny 2001:db8::/32 --applies-to agents',
  ]
  static override args = {
    rule: Args.option({ options: RULE_TYPES, ignoreStdin: true, description: 'Allow or deny.' })({ required: true }),
    addresses: required('Address or CIDR range, v4 or v6.'),
  }
  static override flags = {
    label: Flags.string({ helpValue: TEXT_HELP, description: 'What it is for.' }),
    'applies-to': Flags.option({ options: APPLIES_TO, description: 'Who it applies to (default: all).' })(),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(IpRulesAdd)
    const { client } = await this.session(flags)
    const appliesTo = flags['applies-to']
    const body = {
      rule_type: args.rule,
      cidr: args.addresses,
      ...(flags.label !== undefined && { label: await trimmedArgument(this.context, flags.label) }),
      ...(appliesTo && { applies_to: appliesTo }),
    }
    const rule = await client.call('ip-rules.add', { body })
    await this.printer(flags).done(`Added the rule ${rule.id}: ${rule.rule_type} ${rule.cidr}.`, rule, IP_RULE)
  }
}

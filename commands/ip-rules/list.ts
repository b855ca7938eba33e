import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { IP_RULE } from '../../src/cli/people/ip-rules.ts'

export default class IpRulesList extends ClawCommand {
  static override description = 'List the IP rules of your organisation.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    const { flags } = await this.parse(IpRulesList)
    const { client } = await this.session(flags)
    const { rules } = await client.call('ip-rules.list')
    await this.printer(flags).list(rules, IP_RULE, 'There are no IP rules: every address is allowed.')
  }
}

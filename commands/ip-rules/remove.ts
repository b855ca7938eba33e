import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { ID } from '../../src/cli/output/views/resources.ts'

export default class IpRulesRemove extends ClawCommand {
  static override description = 'Remove an IP rule.'
  static override examples = ['<%= config.bin %> <%= command.id %> 5f0c2f0e-8a3c-4a5e-a8f7-0d9cf6a7c111']
  static override args = { id: required('Id of the rule.') }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(IpRulesRemove)
    const { client } = await this.session(flags)
    await client.call('ip-rules.remove', { params: { rule_id: args.id } })
    await this.printer(flags).done(`Removed the rule ${args.id}.`, { id: args.id }, ID)
  }
}

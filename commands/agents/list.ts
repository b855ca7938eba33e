import { ClawCommand } from '../../src/cli/command.ts'
import { AGENT } from '../../src/cli/output/resources.ts'

export default class AgentsList extends ClawCommand {
  static override description = 'List the agents of your organisation.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --output csv']

  async run(): Promise<void> {
    const { flags } = await this.parse(AgentsList)
    const { client } = await this.session(flags)
    const { agents } = await client.call('agents.list')
    await this.printer(flags).list(agents, AGENT, 'There are no agents yet. Make one with `1claw agents create <name>`.')
  }
}

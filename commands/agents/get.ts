import { agentIdOf } from '../../src/cli/input/vault.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { AGENT_DETAILS } from '../../src/cli/output/views/resources.ts'

export default class AgentsGet extends ClawCommand {
  static override description = 'Show one agent.'
  static override examples = ['<%= config.bin %> <%= command.id %> deployer']
  static override args = { agent: required('Name or id.') }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AgentsGet)
    const { client } = await this.session(flags)
    const agent = await client.call('agents.get', { params: { agent_id: await agentIdOf(client, args.agent) } })
    await this.printer(flags).one(agent, AGENT_DETAILS)
  }
}

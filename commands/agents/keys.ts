import { agentIdOf } from '../../src/cli/input/vault.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { AGENT_KEY } from '../../src/cli/output/views/resources.ts'

export default class AgentsKeys extends ClawCommand {
  static override description = 'List the active keys of an agent, with the time and address of their last use.'
  static override examples = ['<%= config.bin %> <%= command.id %> deployer']
  static override args = { agent: required('Name or id.') }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AgentsKeys)
    const { client } = await this.session(flags)
    const { keys } = await client.call('agents.keys', { params: { agent_id: await agentIdOf(client, args.agent) } })
    await this.printer(flags).list(keys, AGENT_KEY, 'This agent has no key.')
  }
}

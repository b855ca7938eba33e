import { agentIdOf } from '../../src/cli/input/vault.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { yesFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { ID } from '../../src/cli/output/views/resources.ts'

export default class AgentsDeactivate extends ClawCommand {
  static override description =
    'Deactivate an agent. Its key and all its tokens stop working immediately.\nIts record and history remain.'
  static override examples = ['<%= config.bin %> <%= command.id %> deployer --yes']
  static override args = { agent: required('Name or id.') }
  static override flags = { yes: yesFlag }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AgentsDeactivate)
    const { client } = await this.session(flags)
    const id = await agentIdOf(client, args.agent)
    await this.confirm(flags, `Deactivate the agent ${args.agent}?`)
    await client.call('agents.deactivate', { params: { agent_id: id } })
    await this.printer(flags).done(`Deactivated the agent ${args.agent}.`, { id }, ID)
  }
}

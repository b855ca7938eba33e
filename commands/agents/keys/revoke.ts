import { agentIdOf } from '../../../src/cli/input/vault.ts'
import { required } from '../../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../../src/cli/oclif/command.ts'
import { yesFlag } from '../../../src/cli/oclif/oclif-flags.ts'

export default class AgentsKeysRevoke extends ClawCommand {
  static override description =
    'Revoke the previous key of an agent, after `agents keys add`.\nThe tokens of the agent end too; programs with the new key get new tokens automatically.'
  static override examples = ['<%= config.bin %> <%= command.id %> deployer --yes']
  static override args = { agent: required('Name or id.') }
  static override flags = { yes: yesFlag }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AgentsKeysRevoke)
    const { client } = await this.session(flags)
    const agent_id = await agentIdOf(client, args.agent)
    await this.confirm(flags, `Revoke the previous key of ${args.agent}? Everything that still uses it stops working.`)
    await client.call('agents.revoke-key', { params: { agent_id } })
    await this.printer(flags).did(`The previous key of ${args.agent} is revoked.`, { agent_id, slot: 'previous' })
  }
}

import { agentIdOf } from '../../src/cli/input/vault.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { yesFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { AGENT_IDENTITY } from '../../src/cli/output/views/enrollment.ts'

export default class AgentsRotateIdentity extends ClawCommand {
  static override description =
    "Replace an agent's key pairs and show the new public keys.\nGive the new public keys to everyone who uses the old ones."
  static override examples = ['<%= config.bin %> <%= command.id %> deployer --yes']
  static override args = { agent: required('Name or id.') }
  static override flags = { yes: yesFlag }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AgentsRotateIdentity)
    const { client } = await this.session(flags)
    const agentId = await agentIdOf(client, args.agent)
    await this.confirm(flags, `Replace the key pairs of ${args.agent}?`)
    const agent = await client.call('agents.rotate-identity-keys', { params: { agent_id: agentId } })
    await this.printer(flags).one(agent, AGENT_IDENTITY)
  }
}

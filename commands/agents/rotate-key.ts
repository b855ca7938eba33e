import { agentIdOf } from '../../src/cli/input/vault.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { outFileFlag, yesFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { handOver } from '../../src/cli/output/one-time.ts'

export default class AgentsRotateKey extends ClawCommand {
  static override description =
    "Replace an agent's key and print the new one, once.\nThe old key and all tokens of the agent stop working at once."
  static override examples = [
    '<%= config.bin %> <%= command.id %> deployer --yes --out-file deployer.key',
    'KEY=$(<%= config.bin %> <%= command.id %> deployer --yes --quiet)',
  ]
  static override args = { agent: required('Name or id.') }
  static override flags = { yes: yesFlag, 'out-file': outFileFlag }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AgentsRotateKey)
    const { client } = await this.session(flags)
    const agentId = await agentIdOf(client, args.agent)
    await this.confirm(flags, `Replace the key of ${args.agent}? Everything that uses the old key stops working.`)
    const answer = await client.call('agents.rotate-key', { params: { agent_id: agentId } })
    await handOver(this.context, flags, { what: `new key of the agent ${args.agent}`, secret: answer.api_key, answer })
  }
}

import { Flags } from '@oclif/core'
import { ClawCommand } from '../../src/cli/command.ts'
import { outFileFlag } from '../../src/cli/oclif-flags.ts'
import { handOver } from '../../src/cli/one-time.ts'
import { secretInput } from '../../src/cli/secret-input.ts'
import { openAnonymous } from '../../src/cli/session.ts'

export default class AgentsToken extends ClawCommand {
  static override description =
    "Exchange an agent's key for a short-lived token.\nThe key is read from ONECLAW_AGENT_API_KEY, or else from stdin."
  static override examples = [
    'ONECLAW_TOKEN=$(<%= config.bin %> <%= command.id %> --quiet < deployer.key)',
    '<%= config.bin %> <%= command.id %> --json < deployer.key',
  ]
  static override flags = {
    'agent-id': Flags.string({
      helpValue: '<id>',
      description: 'The agent whose key it is (ONECLAW_AGENT_ID); found by the key otherwise.',
    }),
    'out-file': outFileFlag,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AgentsToken)
    const { env } = this.context
    const key =
      env['ONECLAW_AGENT_API_KEY'] ||
      (await secretInput(this.context, 'Key of the agent', { trim: true, ask: this.canAsk(flags) }))
    const agentId = flags['agent-id'] ?? env['ONECLAW_AGENT_ID']
    const { client } = openAnonymous(this.context, flags)
    const answer = await client.call('auth.agent-token', { body: { api_key: key, ...(agentId && { agent_id: agentId }) } })
    await handOver(this.context, flags, { what: `token, valid for ${answer.expires_in} s`, secret: answer.access_token, answer })
  }
}

import { Flags } from '@oclif/core'
import { secretInput } from '../../src/cli/input/secret-input.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { outFileFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { handOver } from '../../src/cli/output/one-time.ts'
import { openAnonymous } from '../../src/cli/session/session.ts'
import { Problem } from '../../src/problem.ts'

export default class AgentsToken extends ClawCommand {
  static override description =
    "Exchange an agent's key for a short-lived token.\nThe key is read from ONECLAW_AGENT_API_KEY, or else from stdin. An agent that authenticates with OIDC, such as a CI job, passes the token of its issuer instead."
  static override examples = [
    'ONECLAW_TOKEN=$(<%= config.bin %> <%= command.id %> --quiet < deployer.key)',
    '<%= config.bin %> <%= command.id %> --json < deployer.key',
    'ONECLAW_TOKEN=$(<%= config.bin %> <%= command.id %> --agent-id ec7e0226-… --assertion - --quiet < ci-token.jwt)',
  ]
  static override flags = {
    'agent-id': Flags.string({
      helpValue: '<id>',
      description: 'Agent that owns the key (ONECLAW_AGENT_ID). Found from the key by default.',
    }),
    assertion: Flags.string({ helpValue: '-|@file', description: 'Token of its OIDC issuer, read from stdin or a file.' }),
    'out-file': outFileFlag,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AgentsToken)
    const { env } = this.context
    const agentId = flags['agent-id'] ?? env['ONECLAW_AGENT_ID']
    if (flags.assertion !== undefined && !agentId) throw new Problem('usage', '--assertion needs --agent-id.')
    const proof =
      flags.assertion === undefined ? { api_key: await this.key(flags) } : { client_assertion: await this.assertion(flags) }
    const { client } = openAnonymous(this.context, flags)
    const answer = await client.call('auth.agent-token', { body: { ...proof, ...(agentId && { agent_id: agentId }) } })
    await handOver(this.context, flags, { what: `token, valid for ${answer.expires_in} s`, secret: answer.access_token, answer })
  }

  private async key(flags: { 'no-input': boolean }): Promise<string> {
    const given = this.context.env['ONECLAW_AGENT_API_KEY']
    return given || secretInput(this.context, 'Key of the agent', { trim: true, ask: this.canAsk(flags) })
  }

  private assertion(flags: { assertion?: string | undefined; 'no-input': boolean }): Promise<string> {
    return secretInput(this.context, 'Token of the issuer', { word: flags.assertion, trim: true, ask: this.canAsk(flags) })
  }
}

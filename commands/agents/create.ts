import { Flags } from '@oclif/core'
import { agentFields, agentFlags } from '../../src/cli/input/agent-flags.ts'
import { expiryFlags, expiryOf } from '../../src/cli/input/expiry.ts'
import { warnOfMissingGuardrails } from '../../src/cli/input/guardrail-warning.ts'
import { warnOfEmptyScopes } from '../../src/cli/input/scope-warning.ts'
import { AUTH_METHODS } from '../../src/cli/input/vocabulary.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { outFileFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { handOver } from '../../src/cli/output/one-time.ts'
import { AGENT_DETAILS } from '../../src/cli/output/views/resources.ts'

export default class AgentsCreate extends ClawCommand {
  static override description =
    'Create an agent and print its key, once.\nThe agent cannot read any secret until a policy allows it: see `policies create`.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> deployer --out-file deployer.key',
    'KEY=$(<%= config.bin %> <%= command.id %> ci --expires-in 90d --quiet)',
    '<%= config.bin %> <%= command.id %> trader --intents --tx-chain base --tx-max-value 0.1 --tx-daily-limit 1 --tx-to 0x…',
  ]
  static override args = { name: required('Its name.') }
  static override flags = {
    ...agentFlags,
    'auth-method': Flags.option({ options: AUTH_METHODS, description: 'Authentication method (default: api_key).' })(),
    ...expiryFlags,
    'out-file': outFileFlag,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AgentsCreate)
    const expiry = expiryOf(flags)
    const { client } = await this.session(flags)
    const method = flags['auth-method']
    const fields = await agentFields(this.context, client, flags)
    const body = {
      name: args.name,
      ...fields,
      ...(method && { auth_method: method }),
      ...(await expiry(client, this.context.now())),
    }
    const created = await client.call('agents.register', { body })
    const { agent, api_key: secret } = created
    warnOfMissingGuardrails(this.context, agent)
    await warnOfEmptyScopes(this.context, client, agent)
    if (secret === undefined) return this.printer(flags).one(agent, AGENT_DETAILS)
    await handOver(this.context, flags, { what: `key of the agent ${agent.name} (${agent.id})`, secret, answer: created })
  }
}

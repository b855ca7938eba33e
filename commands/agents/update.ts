import { Flags } from '@oclif/core'
import { agentFields, agentFlags } from '../../src/cli/input/agent-flags.ts'
import { expiryFlags, expiryOf } from '../../src/cli/input/expiry.ts'
import { warnOfMissingGuardrails } from '../../src/cli/input/guardrail-warning.ts'
import { agentIdOf } from '../../src/cli/input/vault.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { AGENT_DETAILS } from '../../src/cli/output/views/resources.ts'
import { Problem } from '../../src/problem.ts'

/** Value of `--clear` → field that becomes `null`. */
const CLEARABLE = {
  description: 'description',
  scope: 'scopes',
  'only-vault': 'vault_ids',
  'token-ttl': 'token_ttl_seconds',
  'tx-chain': 'tx_allowed_chains',
  'tx-to': 'tx_to_allowlist',
  'tx-max-value': 'tx_max_value_eth',
  'tx-daily-limit': 'tx_daily_limit_eth',
  expiry: 'expires_at',
} as const

export default class AgentsUpdate extends ClawCommand {
  static override description = 'Change an agent. Only the given fields change.'
  static override examples = [
    "<%= config.bin %> <%= command.id %> deployer --scope 'prod/**' --token-ttl 15m",
    '<%= config.bin %> <%= command.id %> deployer --clear scope',
    '<%= config.bin %> <%= command.id %> deployer --active',
  ]
  static override args = { agent: required('Name or id.') }
  static override flags = {
    name: Flags.string({ helpValue: '<name>', description: 'Its new name.' }),
    active: Flags.boolean({ allowNo: true, description: 'Allow it to sign in, or stop it.' }),
    ...agentFlags,
    ...expiryFlags,
    clear: Flags.string({
      options: Object.keys(CLEARABLE),
      multiple: true,
      multipleNonGreedy: true,
      description: 'Clear this field. Repeatable.',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AgentsUpdate)
    const expiry = expiryOf(flags)
    const cleared = Object.entries(CLEARABLE).filter(([word]) => flags.clear?.includes(word))
    const { client } = await this.session(flags)
    const body = {
      ...Object.fromEntries(cleared.map(([, field]) => [field, null])),
      ...(await agentFields(this.context, client, flags)),
      ...(await expiry(client, this.context.now())),
      ...(flags.name !== undefined && { name: flags.name }),
      ...(flags.active !== undefined && { is_active: flags.active }),
    }
    if (Object.keys(body).length === 0)
      throw new Problem('usage', 'Nothing to change: pass at least one flag.', { hint: 'For example --description.' })
    const agent = await client.call('agents.update', { params: { agent_id: await agentIdOf(client, args.agent) }, body })
    warnOfMissingGuardrails(this.context, agent)
    await this.printer(flags).one(agent, AGENT_DETAILS)
  }
}

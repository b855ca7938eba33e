import { Flags } from '@oclif/core'
import { spanMs } from '../../../src/cli/input/duration.ts'
import { agentIdOf } from '../../../src/cli/input/vault.ts'
import { required } from '../../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../../src/cli/oclif/command.ts'
import { outFileFlag } from '../../../src/cli/oclif/oclif-flags.ts'
import { handOver } from '../../../src/cli/output/one-time.ts'
import { serverNow } from '../../../src/cli/session/server-clock.ts'

export default class AgentsKeysAdd extends ClawCommand {
  static override description =
    'Give an agent a new key and print it, once. The current key keeps working for a while, so nothing breaks.\nWhen the new key is in use everywhere, revoke the old one with `agents keys revoke`.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> deployer --out-file deployer.key',
    'KEY=$(<%= config.bin %> <%= command.id %> deployer --keep-old 1d --quiet)',
  ]
  static override args = { agent: required('Name or id.') }
  static override flags = {
    'keep-old': Flags.string({
      helpValue: '<duration>',
      default: '7d',
      description: 'How long the current key keeps working: 12h, 30d, at most 90d.',
    }),
    'out-file': outFileFlag,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AgentsKeysAdd)
    const kept = spanMs(flags['keep-old'])
    const { client } = await this.session(flags)
    const agent_id = await agentIdOf(client, args.agent)
    const keep_old_until = new Date((await serverNow(client, this.context.now())) + kept).toISOString()
    const answer = await client.call('agents.add-key', { params: { agent_id }, body: { keep_old_until } })
    await handOver(this.context, flags, { what: `new key of the agent ${args.agent}`, secret: answer.api_key, answer })
  }
}

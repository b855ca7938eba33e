import { Flags } from '@oclif/core'
import { agentIdOf } from '../../src/cli/input/vault.ts'
import { optional } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { AGENT_DAY } from '../../src/cli/output/views/intents.ts'
import { namesFrom } from '../../src/cli/people/names.ts'

export default class AgentsSpending extends ClawCommand {
  static override description =
    'Sum up the value that agents sent, day by day (UTC), in the native unit of their chains.\nFailed transactions do not count, and fees are not included. Owners and admins see all agents, members those that they registered, an agent sees itself.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> trader --from 2026-03-01 --to 2026-03-31 --json',
  ]
  static override args = { agent: optional('Only this agent: name or id.') }
  static override flags = {
    from: Flags.string({ helpValue: '<day>', description: 'First day, UTC, like 2026-03-01 (default: 14 days in all).' }),
    to: Flags.string({ helpValue: '<day>', description: 'Last day (default: today).' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AgentsSpending)
    const { client } = await this.session(flags)
    const { agents } = await client.call('agents.spending', {
      query: {
        ...(flags.from !== undefined && { from: flags.from }),
        ...(flags.to !== undefined && { to: flags.to }),
        ...(args.agent !== undefined && { agent_id: await agentIdOf(client, args.agent) }),
      },
    })
    const days = agents.flatMap(({ agent_id, days }) => days.map(day => ({ agent_id, ...day })))
    await this.printer(flags, namesFrom(client)).list(days, AGENT_DAY, 'Nothing was sent on these days.')
  }
}

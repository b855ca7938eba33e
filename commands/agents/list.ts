import { Flags } from '@oclif/core'
import { fitsGlob } from '../../src/cli/input/glob.ts'
import { AUTH_METHODS } from '../../src/cli/input/vocabulary.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { AGENT, type Agent } from '../../src/cli/output/views/resources.ts'

export default class AgentsList extends ClawCommand {
  static override description =
    'List the agents of your organisation. With several filters, an agent must match all of them.\nThe number of agents is printed on stderr.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --output csv',
    "<%= config.bin %> <%= command.id %> --name 'deploy-*' --active --output name",
  ]
  static override flags = {
    name: Flags.string({
      helpValue: '<pattern>',
      description: 'Only agents whose name matches: * is any text, ? is one character. Quote it.',
    }),
    active: Flags.boolean({ allowNo: true, description: 'Only agents that can sign in: neither deactivated nor expired.' }),
    'auth-method': Flags.option({ options: AUTH_METHODS, description: 'Only agents with this authentication method.' })(),
    intents: Flags.boolean({ allowNo: true, description: 'Only agents that can have transactions signed.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AgentsList)
    const { client } = await this.session(flags)
    const { agents } = await client.call('agents.list')
    const now = this.context.now()
    const isActive = (agent: Agent) => agent.is_active && !(agent.expires_at && Date.parse(agent.expires_at) <= now)
    const shown = agents.filter(
      agent =>
        (flags.name === undefined || fitsGlob(flags.name, agent.name)) &&
        (flags.active === undefined || isActive(agent) === flags.active) &&
        (flags['auth-method'] === undefined || agent.auth_method === flags['auth-method']) &&
        (flags.intents === undefined || agent.intents_api_enabled === flags.intents),
    )
    const printer = this.printer(flags)
    const none =
      agents.length === 0 ? 'There are no agents yet. Create one with `1claw agents create <name>`.' : 'No agents match.'
    await printer.list(shown, AGENT, none)
    if (agents.length > 0) printer.note(countOf(shown.length, agents.length, agents.filter(isActive).length))
  }
}

/** `300 agents, 298 active.`, `12 of 300 agents (298 active).` */
function countOf(shown: number, all: number, active: number): string {
  const agents = all === 1 ? '1 agent' : `${all} agents`
  return shown === all ? `${agents}, ${active} active.` : `${shown} of ${agents} (${active} active).`
}

import { Flags } from '@oclif/core'
import { AGENT_KEYS } from '../../src/cli/input/vocabulary.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { outFileFlag, yesFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { handOver } from '../../src/cli/output/one-time.ts'
import { ID } from '../../src/cli/output/views/resources.ts'
import { keysSeenBy, memberIdOf, type SeenKeys } from '../../src/cli/people/members.ts'

type AgentKeys = (typeof AGENT_KEYS)[number]

const CHOICES = [
  { value: 'rotate', name: 'Rotate them: the new keys are shown to you, and the old ones stop working.' },
  { value: 'deactivate', name: 'Deactivate these agents.' },
  { value: 'keep', name: 'Keep them: anyone who has a key can keep using it.' },
] as const

export default class OrgRemove extends ClawCommand {
  static override description =
    'Remove a member from your organisation.\nTheir tokens, API keys in this organisation and policies end immediately. Keys of agents that they have seen keep working unless you rotate them or deactivate the agents.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> ada@example.com --yes',
    '<%= config.bin %> <%= command.id %> ada@example.com --agent-keys rotate --out-file new-keys.txt',
  ]
  static override args = { member: required('Address or id.') }
  static override flags = {
    yes: yesFlag,
    'agent-keys': Flags.option({
      options: AGENT_KEYS,
      description: 'What to do with agent keys that the member has seen (default: asks, or keep).',
    })(),
    'out-file': outFileFlag,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(OrgRemove)
    const { client } = await this.session(flags)
    const id = await memberIdOf(client, args.member)
    const seen = await keysSeenBy(client, id)
    if (seen.length > 0) this.printer(flags).note(`${args.member} has seen the keys of ${namesOf(seen)}.`)
    const asks = seen.length > 0 && !flags.yes && this.canAsk(flags)
    const how: AgentKeys | undefined =
      flags['agent-keys'] ?? (asks ? await this.context.prompts.choose('What happens to these keys?', CHOICES) : undefined)
    await this.confirm(flags, `Remove ${args.member} from the organisation?`)
    const query = how && { query: { agent_keys: how } }
    const rotated = await client.call('org.remove-member', { params: { user_id: id }, ...query })
    if (rotated && rotated.agents.length > 0) {
      const secret = rotated.agents.map(({ name, api_key }) => `${name}\t${api_key}`).join('\n')
      this.printer(flags).note(`Removed ${args.member}.`)
      return handOver(this.context, flags, { what: 'new keys of the agents', secret, answer: { id, ...rotated } })
    }
    await this.printer(flags).done(`Removed ${args.member}.`, { id }, ID)
  }
}

const SHOWN = 20

function namesOf(seen: SeenKeys): string {
  const names = seen.slice(0, SHOWN).map(({ name }) => name)
  return `${seen.length === 1 ? 'the agent' : `${seen.length} agents:`} ${names.join(', ')}${seen.length > SHOWN ? ', …' : ''}`
}

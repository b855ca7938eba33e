import { Flags } from '@oclif/core'
import { secretInput } from '../../src/cli/input/secret-input.ts'
import { TEXT_HELP, trimmedArgument } from '../../src/cli/input/text-argument.ts'
import { remember } from '../../src/cli/login/remember.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { ENROLLED } from '../../src/cli/output/views/enrollment.ts'
import { openAnonymous } from '../../src/cli/session/session.ts'
import { Problem } from '../../src/problem.ts'

export default class AgentsEnroll extends ClawCommand {
  static override description =
    'Request to be enrolled as an agent. You do not need an account.\nWithout --email, it prints a link for the person who will approve the request. The key is shown to that person, never to you.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --name my-agent',
    '<%= config.bin %> <%= command.id %> --name my-agent --email human@example.com',
    '<%= config.bin %> <%= command.id %> --name my-agent --wait',
  ]
  static override flags = {
    name: Flags.string({ required: true, helpValue: '<name>', description: 'Name of the agent.' }),
    email: Flags.string({ helpValue: '<address>', description: 'E-mail address of the person who should approve.' }),
    description: Flags.string({ helpValue: TEXT_HELP, description: 'Purpose of the agent, shown to that person.' }),
    wait: Flags.boolean({ description: 'Prompt for the key that the person received, and sign in with it.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AgentsEnroll)
    if (flags.wait && !this.canAsk(flags)) {
      throw new Problem('usage', 'Cannot prompt for the key: no terminal is attached.', {
        hint: 'Later: 1claw login --api-key - < key.txt',
      })
    }
    const { client, target } = openAnonymous(this.context, flags)
    const { name, email } = flags
    const description = await trimmedArgument(this.context, flags.description)
    const body = { name, ...(email !== undefined && { human_email: email }), ...(description !== undefined && { description }) }
    const asked = await client.call('agents.enroll', { body })
    const printer = this.printer(flags)
    if (printer.format === 'table') {
      printer.note(asked.message)
      if (asked.approval_url !== undefined) this.context.stdout.write(`${asked.approval_url}\n`)
    } else await printer.one(asked, ENROLLED)
    if (!flags.wait) return
    const apiKey = await secretInput(this.context, 'Key of the agent, from the page of the approval', { trim: true, ask: true })
    const { agent_id: agentId } = await client.call('auth.agent-token', { body: { api_key: apiKey } })
    const stored = { kind: 'agent-key', apiKey, ...(agentId !== undefined && { agentId }) } as const
    const place = await remember(this.context, target, { stored, facts: {} })
    printer.note(`Signed in to ${target.apiUrl} as the agent ${agentId}. The credential is in ${place}.`)
  }
}

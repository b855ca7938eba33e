import { enrollmentToken, ensurePending } from '../../src/cli/input/enrollment-link.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { yesFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { DECIDED } from '../../src/cli/output/views/enrollment.ts'

export default class AgentsDeny extends ClawCommand {
  static override description = 'Deny the enrollment request of an agent.'
  static override examples = ['<%= config.bin %> <%= command.id %> https://claw.example.com/enroll/… --yes']
  static override args = { link: required('The link.') }
  static override flags = { yes: yesFlag }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AgentsDeny)
    const { client, target } = await this.session(flags)
    const params = { token: enrollmentToken(args.link, target.apiUrl) }
    const { name, status: standing } = await client.call('agents.enrollment', { params })
    ensurePending(standing)
    await this.confirm(flags, `Deny the agent ${JSON.stringify(name)}?`)
    const { status } = await client.call('agents.deny', { params })
    await this.printer(flags).done(`Denied the agent ${name}.`, { name, status }, DECIDED)
  }
}

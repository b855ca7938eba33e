import { Flags } from '@oclif/core'
import { enrollmentToken, ensurePending } from '../../src/cli/input/enrollment-link.ts'
import { PERMISSIONS } from '../../src/cli/input/vocabulary.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { outFileFlag, yesFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { handOver } from '../../src/cli/output/one-time.ts'

export default class AgentsApprove extends ClawCommand {
  static override description =
    'Approve the enrollment request of an agent and print its key, once.\nWith --path, the agent can read matching secrets in the current vault at once. --permission grants more.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> https://claw.example.com/enroll/…',
    "<%= config.bin %> <%= command.id %> https://claw.example.com/enroll/… --vault production --path 'prod/**' --permission read",
  ]
  static override args = { link: required('The link.') }
  static override flags = {
    path: Flags.string({ helpValue: '<pattern>', description: 'Pattern of the secrets it can use. Quote it.' }),
    permission: Flags.option({
      options: PERMISSIONS,
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
      dependsOn: ['path'],
      description: 'Permissions on those secrets (default: read).',
    })(),
    yes: yesFlag,
    'out-file': outFileFlag,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AgentsApprove)
    const { client, target, vaultId } = await this.session(flags)
    const params = { token: enrollmentToken(args.link, target.apiUrl) }
    const asked = await client.call('agents.enrollment', { params })
    ensurePending(asked.status)
    const grant =
      flags.path === undefined
        ? undefined
        : { vault_id: await vaultId(), secret_path_pattern: flags.path, permissions: flags.permission ?? ['read' as const] }
    const who = `the agent ${JSON.stringify(asked.name)}, which asked from ${asked.requested_from}`
    await this.confirm(flags, `Allow ${who}?`)
    const answer = await client.call('agents.approve', { params, body: { ...(grant && { grant }) } })
    await handOver(this.context, flags, {
      what: `key of the agent ${answer.agent.name} (${answer.agent.id})`,
      secret: answer.api_key,
      answer,
    })
  }
}

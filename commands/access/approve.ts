import { Flags } from '@oclif/core'
import { spanMs } from '../../src/cli/input/duration.ts'
import { TEXT_HELP, trimmedArgument } from '../../src/cli/input/text-argument.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { yesFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { ACCESS_REQUEST } from '../../src/cli/output/views/access.ts'

export default class AccessApprove extends ClawCommand {
  static override description =
    'Approve a request for access.\nThis creates a policy that expires on its own. It grants no more than you could grant with `policies create`.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 5f0c8f4e-8c9e-4f57-9d0e-2f6f3f1b7a10',
    '<%= config.bin %> <%= command.id %> 5f0c8f4e-8c9e-4f57-9d0e-2f6f3f1b7a10 --for 2h --yes',
  ]
  static override args = { request: required('Id of the request.') }
  static override flags = {
    for: Flags.string({ helpValue: '<duration>', description: 'How long the access lasts (default: the requested duration).' }),
    note: Flags.string({ helpValue: TEXT_HELP, description: 'A note for the requester.' }),
    yes: yesFlag,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AccessApprove)
    const lasts = flags.for === undefined ? undefined : Math.ceil(spanMs(flags.for) / 1000)
    const { client } = await this.session(flags)
    const params = { request_id: args.request }
    const asked = await client.call('access-requests.get', { params })
    const what = `${asked.permissions.join(', ')} ${asked.secret_path_pattern} in ${asked.vault_name}`
    await this.confirm(flags, `Allow ${asked.requester_type} ${asked.requester_name} to ${what}? The reason: ${asked.reason}`)
    const body = {
      ...(lasts !== undefined && { duration_seconds: lasts }),
      ...(flags.note !== undefined && { note: await trimmedArgument(this.context, flags.note) }),
    }
    await this.printer(flags).one(await client.call('access-requests.approve', { params, body }), ACCESS_REQUEST)
  }
}

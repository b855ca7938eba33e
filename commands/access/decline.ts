import { Flags } from '@oclif/core'
import { TEXT_HELP, trimmedArgument } from '../../src/cli/input/text-argument.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { ACCESS_REQUEST } from '../../src/cli/output/views/access.ts'

export default class AccessDecline extends ClawCommand {
  static override description = 'Decline a request for access.'
  static override examples = ["<%= config.bin %> <%= command.id %> 5f0c8f4e-8c9e-4f57-9d0e-2f6f3f1b7a10 --note 'use staging'"]
  static override args = { request: required('Id of the request.') }
  static override flags = { note: Flags.string({ helpValue: TEXT_HELP, description: 'A note for the requester.' }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AccessDecline)
    const { client } = await this.session(flags)
    const declined = await client.call('access-requests.decline', {
      params: { request_id: args.request },
      body: { ...(flags.note !== undefined && { note: await trimmedArgument(this.context, flags.note) }) },
    })
    await this.printer(flags).one(declined, ACCESS_REQUEST)
  }
}

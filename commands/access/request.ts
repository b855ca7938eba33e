import { Flags } from '@oclif/core'
import { spanMs } from '../../src/cli/input/duration.ts'
import { TEXT_HELP, trimmedArgument } from '../../src/cli/input/text-argument.ts'
import { REQUESTABLE } from '../../src/cli/input/vocabulary.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { ACCESS_REQUEST } from '../../src/cli/output/views/access.ts'
import { awaitAnswer } from '../../src/cli/people/access-answer.ts'

export default class AccessRequest extends ClawCommand {
  static override description =
    'Request access to a secret for a limited time.\nThe people who can grant it see the request in the console and in `access list`. Approved access ends on its own.'
  static override examples = [
    "<%= config.bin %> <%= command.id %> stripe/key --for 1d --reason 'refund of order 17'",
    "<%= config.bin %> <%= command.id %> 'db/**' --vault production --permission read,write --for 2h --reason 'migration' --wait",
  ]
  static override args = { path: required('Path, or a pattern. Quote a pattern.') }
  static override flags = {
    for: Flags.string({ helpValue: '<duration>', required: true, description: 'How long you need it: 1h, 1d.' }),
    reason: Flags.string({
      helpValue: TEXT_HELP,
      required: true,
      description: 'Reason for the request, shown to the people who decide.',
    }),
    permission: Flags.option({
      options: REQUESTABLE,
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
      description: 'Permissions to ask for (default: read).',
    })(),
    wait: Flags.boolean({ description: 'Wait until the request is approved or declined.' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AccessRequest)
    const duration_seconds = Math.ceil(spanMs(flags.for) / 1000)
    const { client, vaultId } = await this.session(flags)
    const asked = await client.call('access-requests.create', {
      params: { vault_id: await vaultId() },
      body: {
        secret_path_pattern: args.path,
        reason: await trimmedArgument(this.context, flags.reason),
        duration_seconds,
        ...(flags.permission && { permissions: flags.permission }),
      },
    })
    const printer = this.printer(flags)
    if (!flags.wait) return printer.one(asked, ACCESS_REQUEST)
    printer.note(`Waiting for an answer to request ${asked.id}. An owner can run: 1claw access approve ${asked.id}`)
    await printer.one(await awaitAnswer(client, this.context, asked), ACCESS_REQUEST)
  }
}

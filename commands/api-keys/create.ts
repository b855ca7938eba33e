import { Flags } from '@oclif/core'
import { expiryFlags, expiryOf } from '../../src/cli/input/expiry.ts'
import { ensureScope } from '../../src/cli/input/pattern.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { outFileFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { handOver } from '../../src/cli/output/one-time.ts'

export default class ApiKeysCreate extends ClawCommand {
  static override description = 'Create a personal API key and print it, once.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> laptop --expires-in 90d --out-file ~/.1claw-key',
    "<%= config.bin %> <%= command.id %> ci --scope 'ci/**' --json",
  ]
  static override args = { name: required('What it is for.') }
  static override flags = {
    scope: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<pattern>',
      description: 'Limit the key to these paths. Repeatable.',
    }),
    ...expiryFlags,
    'out-file': outFileFlag,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ApiKeysCreate)
    const expiry = expiryOf(flags)
    const { client } = await this.session(flags)
    const scopes = flags.scope?.map(ensureScope)
    const end = await expiry(client, this.context.now())
    const answer = await client.call('api-keys.create', {
      body: { name: args.name, ...(scopes && { scopes }), ...end },
    })
    await handOver(this.context, flags, { what: `API key ${answer.key.name} (${answer.key.id})`, secret: answer.api_key, answer })
  }
}

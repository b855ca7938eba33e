import { Flags } from '@oclif/core'
import { spanMs } from '../../src/cli/input/duration.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { outFileFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { handOver } from '../../src/cli/output/one-time.ts'
import { serverNow } from '../../src/cli/session/server-clock.ts'

export default class ApiKeysRotate extends ClawCommand {
  static override description =
    'Create an API key that replaces another one, and print it, once. The old key keeps working for a while, so nothing breaks.\nWhen `api-keys list` shows that the old key is no longer used, revoke it with `api-keys revoke`.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 5f0c2f0e-8a3c-4a5e-a8f7-0d9cf6a7c111 --out-file ~/.1claw-key',
    'KEY=$(<%= config.bin %> <%= command.id %> 5f0c2f0e-8a3c-4a5e-a8f7-0d9cf6a7c111 --keep-old 1d --quiet)',
  ]
  static override args = { id: required('Id of the old key.') }
  static override flags = {
    'keep-old': Flags.string({
      helpValue: '<duration>',
      default: '7d',
      description: 'How long the old key keeps working: 12h, 30d, at most 90d.',
    }),
    'out-file': outFileFlag,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ApiKeysRotate)
    const kept = spanMs(flags['keep-old'])
    const { client } = await this.session(flags)
    const keep_old_until = new Date((await serverNow(client, this.context.now())) + kept).toISOString()
    const answer = await client.call('api-keys.rotate', { params: { key_id: args.id }, body: { keep_old_until } })
    await handOver(this.context, flags, { what: `API key ${answer.key.name} (${answer.key.id})`, secret: answer.api_key, answer })
  }
}

import { Flags } from '@oclif/core'
import { endLines, failedMigration, leftToMove, planLines, untilMigrated } from '../../src/cli/keys/migration.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { yesFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { howMany } from '../../src/cli/output/how-many.ts'
import { KEY_MIGRATION } from '../../src/cli/output/views/keys.ts'

export default class KeysMigrate extends ClawCommand {
  static override description = [
    'Move the keys of all vaults and of the server itself to another key store, while the server runs.',
    'The settings of the server name both key stores. The plan is shown first, with the keys that stay behind. Values are not decrypted and stay readable in the meantime. If the server or this command is interrupted, the server continues by itself; run the command again to watch it. Requires a platform administrator, and to start it, a sign-in within the last 15 minutes.',
  ].join('\n\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> --to pkcs11 --dry-run',
    '<%= config.bin %> <%= command.id %> --to pkcs11 --yes',
  ]
  static override flags = {
    to: Flags.option({
      options: ['software', 'pkcs11'] as const,
      required: true,
      description: 'Key store to move to. With two PKCS#11 tokens, the one of ONECLAW_NEXT_KEYSTORE.',
    })(),
    'dry-run': Flags.boolean({ description: 'Show the plan and change nothing.' }),
    yes: yesFlag,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(KeysMigrate)
    const { client } = await this.session(flags)
    const printer = this.printer(flags)
    const plan = await client.call('keys.migration', { query: { to: flags.to } })
    for (const line of planLines(plan)) printer.note(line)
    const isRunning = plan.migration?.status === 'running'
    if (flags['dry-run']) return printer.one(plan, KEY_MIGRATION)
    if (leftToMove(plan) === 0 && !isRunning && plan.active && plan.migration?.status !== 'failed') {
      for (const line of ['Nothing to move.', ...endLines(plan)]) printer.note(line)
      return printer.one(plan, KEY_MIGRATION)
    }
    if (!isRunning) await this.confirm(flags, `Move ${howMany(plan.vaults, 'vault key')} to ${plan.to.place}?`)
    const begun = isRunning ? plan : await client.call('keys.migrate', { body: { to: flags.to } })
    const ended = await untilMigrated(this.context, client, begun, flags.to, printer.note)
    const hasFailed = ended.migration?.status === 'failed'
    for (const line of [...(hasFailed ? [] : ['Migration completed.']), ...endLines(ended)]) printer.note(line)
    await printer.one(ended, KEY_MIGRATION)
    if (hasFailed) throw failedMigration(ended)
  }
}

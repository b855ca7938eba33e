import { Flags } from '@oclif/core'
import { ACTOR_HELP } from '../../src/cli/audit/filters.ts'
import { vaultIdOf } from '../../src/cli/input/vault.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { AUDIT_SUM, AUDIT_SUM_BY_HOUR } from '../../src/cli/output/views/audit-sums.ts'
import { actorIdOf } from '../../src/cli/people/members.ts'

const BY = ['none', 'actor', 'action', 'vault'] as const

export default class AuditSummary extends ClawCommand {
  static override description =
    'Count audit events, day by day (UTC) or, with --hours, hour by hour.\nOwners and admins count all of the organisation’s events, everyone else their own.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --from 2026-03-01 --to 2026-03-31 --by actor --json',
    '<%= config.bin %> <%= command.id %> --hours 24',
  ]
  static override flags = {
    from: Flags.string({ helpValue: '<day>', description: 'First day, UTC, like 2026-03-01 (default: 14 days in all).' }),
    to: Flags.string({ helpValue: '<day>', description: 'Last day (default: today).' }),
    hours: Flags.integer({
      helpValue: '<number>',
      description: 'The newest hours instead, hour by hour: at most 48.',
      min: 1,
      max: 48,
      exclusive: ['from', 'to'],
    }),
    by: Flags.option({ options: BY, description: 'Group the counts by this.' })(),
    actor: Flags.string({ helpValue: ACTOR_HELP, description: 'Only what this user or agent did.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AuditSummary)
    const { client } = await this.session(flags)
    const { sums } = await client.call('audit.summary', {
      query: {
        ...(flags.from !== undefined && { from: flags.from }),
        ...(flags.to !== undefined && { to: flags.to }),
        ...(flags.hours !== undefined && { hours: flags.hours }),
        ...(flags.by !== undefined && { by: flags.by }),
        ...(flags.actor !== undefined && { actor_id: await actorIdOf(client, flags.actor) }),
        ...(flags.vault !== undefined && { vault_id: await vaultIdOf(client, flags.vault) }),
      },
    })
    const printer = this.printer(flags)
    if (flags.hours === undefined) await printer.list(sums, AUDIT_SUM, 'There were no events on these days.')
    else await printer.list(sums, AUDIT_SUM_BY_HOUR, 'There were no events in these hours.')
  }
}

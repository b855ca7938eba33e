import { Flags } from '@oclif/core'
import { ACTOR_HELP } from '../../src/cli/audit/filters.ts'
import { vaultIdOf } from '../../src/cli/input/vault.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { AUDIT_READ } from '../../src/cli/output/views/resources.ts'
import { actorIdOf } from '../../src/cli/people/members.ts'
import { namesFrom } from '../../src/cli/people/names.ts'

export default class AuditReads extends ClawCommand {
  static override description =
    'List which secrets were read, by whom and how often, the most read first.\nOwners and admins see all of the organisation’s reads, everyone else sees their own. With --vault, only reads in that vault.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --from 2026-03-01 --to 2026-03-31 --json',
  ]
  static override flags = {
    from: Flags.string({ helpValue: '<day>', description: 'First day, UTC, like 2026-03-01 (default: 7 days in all).' }),
    to: Flags.string({ helpValue: '<day>', description: 'Last day (default: today).' }),
    actor: Flags.string({ helpValue: ACTOR_HELP, description: 'Only what this user or agent read.' }),
    limit: Flags.integer({ helpValue: '<n>', min: 1, max: 200, default: 50, description: 'Maximum number of lines.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AuditReads)
    const { client } = await this.session(flags)
    const { reads } = await client.call('audit.reads', {
      query: {
        limit: flags.limit,
        ...(flags.from !== undefined && { from: flags.from }),
        ...(flags.to !== undefined && { to: flags.to }),
        ...(flags.actor !== undefined && { actor_id: await actorIdOf(client, flags.actor) }),
        ...(flags.vault !== undefined && { vault_id: await vaultIdOf(client, flags.vault) }),
      },
    })
    await this.printer(flags, namesFrom(client)).list(reads, AUDIT_READ, 'No secret was read on these days.')
  }
}

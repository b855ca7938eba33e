import { Flags } from '@oclif/core'
import { ACTOR_HELP } from '../../src/cli/audit/filters.ts'
import { instantBefore } from '../../src/cli/input/duration.ts'
import { vaultIdOf } from '../../src/cli/input/vault.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { AUDIT_DENIAL } from '../../src/cli/output/views/resources.ts'
import { actorIdOf } from '../../src/cli/people/members.ts'
import { namesFrom } from '../../src/cli/people/names.ts'
import { serverNow } from '../../src/cli/session/server-clock.ts'

export default class AuditDenials extends ClawCommand {
  static override description =
    'List what was denied in the last 14 days: who asked for what, how often, and by which rule.\nOwners and admins see all of the organisation’s denials, everyone else sees their own. With --vault, only denials in that vault.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --since 24h --json']
  static override flags = {
    actor: Flags.string({ helpValue: ACTOR_HELP, description: 'Only what this user or agent was denied.' }),
    since: Flags.string({ helpValue: '<when>', description: 'Only since this date, time or duration ago (default: 14d).' }),
    limit: Flags.integer({ helpValue: '<n>', min: 1, max: 200, default: 50, description: 'Maximum number of lines.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AuditDenials)
    const { client } = await this.session(flags)
    const { since } = flags
    const from = since === undefined ? {} : { from: instantBefore(await serverNow(client, this.context.now()), since) }
    const { denials } = await client.call('audit.denials', {
      query: {
        ...from,
        limit: flags.limit,
        ...(flags.actor !== undefined && { actor_id: await actorIdOf(client, flags.actor) }),
        ...(flags.vault !== undefined && { vault_id: await vaultIdOf(client, flags.vault) }),
      },
    })
    await this.printer(flags, namesFrom(client)).list(denials, AUDIT_DENIAL, 'Nothing was denied.')
  }
}

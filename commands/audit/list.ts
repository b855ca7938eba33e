import { Flags } from '@oclif/core'
import { EVENT_FILTERS, eventQuery } from '../../src/cli/audit/filters.ts'
import { whyNone } from '../../src/cli/audit/no-events.ts'
import { eventsUpTo } from '../../src/cli/audit/trail.ts'
import { instantBefore } from '../../src/cli/input/duration.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { AUDIT_EVENT } from '../../src/cli/output/views/resources.ts'
import { eventNamesFrom } from '../../src/cli/people/names.ts'
import { serverNow } from '../../src/cli/session/server-clock.ts'

export default class AuditList extends ClawCommand {
  static override description =
    'List audit events, newest first.\nOwners and admins see all of the organisation’s events, everyone else sees their own. With --vault, only events in that vault.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --since 24h --action secret.read',
    '<%= config.bin %> <%= command.id %> --actor 5b1c0a52-6a55-4c27-9d4c-3a3d7c1a2f10 --json',
  ]
  static override flags = {
    ...EVENT_FILTERS,
    since: Flags.string({ helpValue: '<when>', description: 'Only events since this date, time or duration ago (24h).' }),
    until: Flags.string({ helpValue: '<when>', description: 'Only events until this date, time or duration ago.' }),
    limit: Flags.integer({ helpValue: '<n>', min: 1, max: 100_000, default: 100, description: 'Maximum number of events.' }),
    'oldest-first': Flags.boolean({ description: 'List the oldest events first.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AuditList)
    const session = await this.session(flags)
    const { client } = session
    const timed = flags.since !== undefined || flags.until !== undefined
    const now = timed ? await serverNow(client, this.context.now()) : this.context.now()
    const when = (text: string) => instantBefore(now, text)
    const query = {
      ...(await eventQuery(client, flags)),
      ...(flags.since !== undefined && { from: when(flags.since) }),
      ...(flags.until !== undefined && { to: when(flags.until) }),
      order: flags['oldest-first'] ? ('asc' as const) : ('desc' as const),
    }
    const events = await eventsUpTo(client, query, flags.limit)
    const none = events.length === 0 ? await whyNone(session, { action: flags.action, actor: query.actor_id }, now) : ''
    await this.printer(flags, eventNamesFrom(client)).list(events, AUDIT_EVENT, none)
  }
}

import { Flags } from '@oclif/core'
import { EVENT_FILTERS, eventQuery } from '../../src/cli/audit/filters.ts'
import { followed } from '../../src/cli/audit/follow.ts'
import { eventsUpTo } from '../../src/cli/audit/trail.ts'
import { interruption } from '../../src/cli/context/interrupt.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { streamOf } from '../../src/cli/output/stream.ts'
import { AUDIT_EVENT } from '../../src/cli/output/views/resources.ts'
import { eventNamesFrom } from '../../src/cli/people/names.ts'

export default class AuditTail extends ClawCommand {
  static override description =
    'Show the newest audit events, oldest first. With -f, keep showing new events as they happen, until Ctrl-C.\nPrints one event per line, as JSON with --json or --jq, too.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> -f',
    '<%= config.bin %> <%= command.id %> -f --action secret.read --vault prod',
    '<%= config.bin %> <%= command.id %> -f --json | jq .actor_id',
  ]
  static override flags = {
    follow: Flags.boolean({ char: 'f', description: 'Keep showing new events as they happen.' }),
    lines: Flags.integer({
      char: 'n',
      helpValue: '<n>',
      min: 0,
      max: 1000,
      default: 10,
      description: 'Number of events to show first.',
    }),
    ...EVENT_FILTERS,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AuditTail)
    const { client } = await this.session(flags)
    const query = await eventQuery(client, flags)
    const show = streamOf(this.context, flags, { view: AUDIT_EVENT, names: eventNamesFrom(client) })
    const newest = flags.lines === 0 ? [] : await eventsUpTo(client, { ...query, order: 'desc' }, flags.lines)
    for (const event of newest.toReversed()) await show(event)
    if (!flags.follow) return
    const { signal, release } = interruption()
    try {
      const begin = newest[0]?.seq ?? (await eventsUpTo(client, { order: 'desc' }, 1))[0]?.seq ?? 0
      await followed(this.context, client, query, begin, show, signal)
    } finally {
      release()
    }
    this.context.exitWith(130)
  }
}

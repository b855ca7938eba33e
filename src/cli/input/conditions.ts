import { Flags } from '@oclif/core'
import type { Input } from '../../client/client.ts'
import { Problem } from '../../problem.ts'

type Conditions = NonNullable<Input<'policies.create'>['body']['conditions']>

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

export const conditionFlags = {
  ip: Flags.string({
    multiple: true,
    delimiter: ',',
    multipleNonGreedy: true,
    helpValue: '<cidr>',
    description: 'Only from these client addresses.',
  }),
  after: Flags.string({ helpValue: '<HH:MM>', dependsOn: ['before'], description: 'Only after this time of day.' }),
  before: Flags.string({ helpValue: '<HH:MM>', dependsOn: ['after'], description: 'Only before this time of day.' }),
  days: Flags.option({
    options: DAYS,
    multiple: true,
    delimiter: ',',
    multipleNonGreedy: true,
    description: 'Only on these days.',
  })(),
  timezone: Flags.string({ helpValue: '<name>', description: 'Time zone of --after, --before and --days (UTC).' }),
}

interface ConditionFlags {
  readonly ip?: string[] | undefined
  readonly after?: string | undefined
  readonly before?: string | undefined
  readonly days?: (typeof DAYS)[number][] | undefined
  readonly timezone?: string | undefined
}

/** The `conditions` of a policy; absent without such flags. Throws `usage`. */
export function conditionsOf({ ip, after, before, days, timezone }: ConditionFlags): { conditions?: Conditions } {
  for (const time of [after, before]) {
    if (time !== undefined && !/^([01]\d|2[0-3]):[0-5]\d$/.test(time))
      throw new Problem('usage', 'A time of day must have the form HH:MM.')
  }
  const timed = after !== undefined || before !== undefined || days !== undefined
  if (timezone !== undefined && !timed) throw new Problem('usage', '--timezone belongs to --after and --before, or --days.')
  const window = {
    ...(after !== undefined && { after }),
    ...(before !== undefined && { before }),
    ...(days && { days }),
    ...(timezone !== undefined && { timezone }),
  }
  const conditions = { ...(ip && { ip_allowlist: ip }), ...(timed && { time_window: window }) }
  return Object.keys(conditions).length > 0 ? { conditions } : {}
}

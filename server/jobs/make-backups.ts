import { type Repeated, type RepeatReport, repeat } from './interval.ts'

export interface MakeBackupsDeps extends RepeatReport {
  /** Makes a backup if it is time. */
  readonly round: () => Promise<void>
  readonly everyMs?: number
}

/** Looks once a minute whether a backup is due. */
export function makeBackups({ round, everyMs = 60_000, ...report }: MakeBackupsDeps): Repeated {
  return repeat(round, { everyMs, ...report, first: round })
}

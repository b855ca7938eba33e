import { type Rounds, type RoundsReport, rounds } from './interval.ts'

export interface MakeBackupsDeps extends RoundsReport {
  /** Makes a backup if it is time. */
  readonly round: () => Promise<void>
  readonly everyMs?: number
}

/** Looks once a minute whether a backup is due. */
export function makeBackups({ round, everyMs = 60_000, ...report }: MakeBackupsDeps): Rounds {
  return rounds(round, { everyMs, ...report, first: round })
}

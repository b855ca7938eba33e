import { type Rounds, rounds } from './interval.ts'

export interface MakeBackupsDeps {
  /** Makes a backup if it is time. */
  readonly round: () => Promise<void>
  /** Told of a round that failed; the next one tries again. */
  readonly failed: (error: unknown) => void
  readonly everyMs?: number
}

/** Looks once a minute whether a backup is due. */
export function makeBackups({ round, failed, everyMs = 60_000 }: MakeBackupsDeps): Rounds {
  return rounds(round, { everyMs, failed, first: round })
}

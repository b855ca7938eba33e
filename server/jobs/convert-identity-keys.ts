import { type Rounds, type RoundsReport, rounds } from './interval.ts'

export interface ConvertJobDeps extends RoundsReport {
  readonly identityEncoding: { convertAll(): Promise<void> }
  readonly everyMs?: number
}

/** Brings the identity keys of agents into their present form, once after each start. Several processes may run it. */
export function convertIdentityKeys({ identityEncoding, everyMs = 60_000, ...report }: ConvertJobDeps): Rounds {
  let isDone = false
  const round = async () => {
    if (isDone) return
    await identityEncoding.convertAll()
    isDone = true
  }
  return rounds(round, { everyMs, first: round, ...report })
}

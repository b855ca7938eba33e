import { type Rounds, rounds } from './interval.ts'

export interface ConvertJobDeps {
  readonly identityEncoding: { convertAll(): Promise<void> }
  /** Told of a round that failed; the next one tries again. */
  readonly failed: (error: unknown) => void
  readonly everyMs?: number
}

/** Brings the identity keys of agents into their present form, once after each start. Several processes may run it. */
export function convertIdentityKeys({ identityEncoding, failed, everyMs = 60_000 }: ConvertJobDeps): Rounds {
  let isDone = false
  const round = async () => {
    if (isDone) return
    await identityEncoding.convertAll()
    isDone = true
  }
  return rounds(round, { everyMs, failed, first: round })
}

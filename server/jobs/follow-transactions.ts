import { type Rounds, rounds } from './interval.ts'

export interface FollowJobDeps {
  readonly following: { recover(): Promise<void>; isDue(): Promise<boolean>; round(): Promise<number> }
  /** Told of a round that failed; the next one tries again. */
  readonly failed: (error: unknown) => void
  readonly everyMs?: number
}

/**
 * Follows transactions until they are in a block: looks every second whether one is due, and at the start at what was left behind.
 * Several processes may run it: each transaction is taken by one of them at a time.
 */
export function followTransactions({ following, failed, everyMs = 1000 }: FollowJobDeps): Rounds {
  const look = async () => {
    if (await following.isDue()) await following.round()
  }
  return rounds(look, { everyMs, failed, first: () => following.recover() })
}

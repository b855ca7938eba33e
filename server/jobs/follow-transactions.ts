import { type Repeated, type RepeatReport, repeat } from './interval.ts'

export interface FollowJobDeps extends RepeatReport {
  readonly following: { recover(): Promise<void>; isDue(): Promise<boolean>; round(): Promise<number> }
  readonly everyMs?: number
}

/**
 * Follows transactions until they are in a block: checks every second whether one is due, and at the start whatever was left behind.
 * Several processes may run it: each transaction is taken by one of them at a time.
 */
export function followTransactions({ following, everyMs = 1000, ...report }: FollowJobDeps): Repeated {
  const look = async () => {
    if (await following.isDue()) await following.round()
  }
  return repeat(look, { everyMs, ...report, first: () => following.recover() })
}

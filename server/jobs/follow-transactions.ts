export interface FollowJobDeps {
  readonly following: { recover(): Promise<void>; isDue(): Promise<boolean>; round(): Promise<number> }
  /** Told of a round that failed; the next one tries again. */
  readonly failed: (error: unknown) => void
  readonly everyMs?: number
}

/**
 * Follows transactions until they are in a block: looks every second whether one is due, and at the start at what was left behind. Several processes may run it: each
 * transaction is taken by one of them at a time. `stop` resolves when no round is under way any more.
 */
export function followTransactions({ following, failed, everyMs = 1000 }: FollowJobDeps): { stop(): Promise<void> } {
  let round: Promise<unknown> | undefined = following
    .recover()
    .catch(failed)
    .finally(() => {
      round = undefined
    })
  const look = async () => {
    if (await following.isDue()) await following.round()
  }
  const timer = setInterval(() => {
    round ??= look()
      .catch(failed)
      .finally(() => {
        round = undefined
      })
  }, everyMs).unref()

  return {
    async stop() {
      clearInterval(timer)
      await round
    },
  }
}

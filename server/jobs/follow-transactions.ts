export interface FollowJobDeps {
  readonly following: { isDue(): Promise<boolean>; round(): Promise<number> }
  /** Told of a round that failed; the next one tries again. */
  readonly failed: (error: unknown) => void
  readonly everyMs?: number
}

/**
 * Follows transactions until they are in a block: looks every second whether one is due. Several processes may run it: each
 * transaction is taken by one of them at a time. `stop` resolves when no round is under way any more.
 */
export function followTransactions({ following, failed, everyMs = 1000 }: FollowJobDeps): { stop(): Promise<void> } {
  let round: Promise<unknown> | undefined
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

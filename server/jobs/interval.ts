export interface Rounds {
  /** Resolves when no round is under way any more. */
  stop(): Promise<void>
}

interface RoundsOptions {
  readonly everyMs: number
  /** Told of a round that failed; the next one tries again. */
  readonly failed: (error: unknown) => void
  /** What begins at once, in place of the first round. */
  readonly first?: () => Promise<unknown>
}

/** Does the work again and again, never twice at a time, and keeps no process awake for it. */
export function rounds(work: () => Promise<unknown>, { everyMs, failed, first }: RoundsOptions): Rounds {
  let under: Promise<unknown> | undefined
  const begin = (round: () => Promise<unknown>) => {
    under ??= round()
      .catch(failed)
      .finally(() => {
        under = undefined
      })
  }
  if (first) begin(first)
  const timer = setInterval(begin, everyMs, work).unref()
  return {
    async stop() {
      clearInterval(timer)
      await under
    },
  }
}

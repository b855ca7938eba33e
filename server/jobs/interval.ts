export interface Repeated {
  /** Resolves when no round is under way any more. */
  stop(): Promise<void>
}

/** Who is told how rounds end. */
export interface RepeatReport {
  /** Told of a round that failed; the next one tries again. */
  readonly failed: (error: unknown) => void
  /** Told of a round that succeeded. */
  readonly done?: () => void
}

interface RepeatOptions extends RepeatReport {
  readonly everyMs: number
  /** What begins at once, in place of the first round. */
  readonly first?: () => Promise<unknown>
}

/** Does the work again and again, never twice at a time, and keeps no process awake for it. */
export function repeat(work: () => Promise<unknown>, { everyMs, failed, done, first }: RepeatOptions): Repeated {
  let under: Promise<unknown> | undefined
  const begin = (round: () => Promise<unknown>) => {
    under ??= round()
      .then(done, failed)
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

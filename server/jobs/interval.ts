export interface Repeated {
  /** Resolves when no round is under way any more. */
  stop(): Promise<void>
}

/** Who is told how runs end. */
export interface RepeatReport {
  /** Told of a round that failed; the next one tries again. */
  readonly failed: (error: unknown) => void
  /** Told of a round that succeeded. */
  readonly done?: () => void
  /** Told of each round that begins. */
  readonly began?: () => void
  /** Told once, how far apart runs begin. */
  readonly planned?: (everyMs: number) => void
}

interface RepeatOptions extends RepeatReport {
  readonly everyMs: number
  /** What begins at once, in place of the first round. */
  readonly first?: () => Promise<unknown>
}

/** Does the work again and again, never twice at a time, and keeps no process awake for it. */
export function repeat(work: () => Promise<unknown>, { everyMs, failed, done, began, planned, first }: RepeatOptions): Repeated {
  let under: Promise<unknown> | undefined
  const begin = (round: () => Promise<unknown>) => {
    if (under) return
    began?.()
    under = round()
      .then(done, failed)
      .finally(() => {
        under = undefined
      })
  }
  planned?.(everyMs)
  if (first) begin(first)
  const timer = setInterval(begin, everyMs, work).unref()
  return {
    async stop() {
      clearInterval(timer)
      await under
    },
  }
}

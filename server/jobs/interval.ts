export interface Repeated {
  /** Resolves when no run is active any more. */
  stop(): Promise<void>
}

/** The observers of runs. */
export interface RepeatReport {
  /** Called for a failed run; the next one tries again. */
  readonly failed: (error: unknown) => void
  /** Called for a successful run. */
  readonly done?: () => void
  /** Called when a run starts. */
  readonly began?: () => void
  /** Called once with the interval between runs. */
  readonly planned?: (everyMs: number) => void
}

interface RepeatOptions extends RepeatReport {
  readonly everyMs: number
  /** Starts at once, instead of the first run. */
  readonly first?: () => Promise<unknown>
}

/** Repeats the work, never twice at a time, and keeps no process alive for it. */
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

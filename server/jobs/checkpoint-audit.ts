export interface CheckpointJobDeps {
  readonly audit: { checkpointMoved(): Promise<number> }
  /** Told of a round that failed; the next one tries again. */
  readonly failed: (error: unknown) => void
  readonly everyMs?: number
}

/**
 * Signs the audit chains that grew, every minute, so that little of their tail is ever unsigned. Several processes may run it:
 * a checkpoint that exists is not made twice. `stop` resolves when no round is under way any more.
 */
export function checkpointAudit({ audit, failed, everyMs = 60_000 }: CheckpointJobDeps): { stop(): Promise<void> } {
  let round: Promise<unknown> | undefined
  const timer = setInterval(() => {
    round ??= audit
      .checkpointMoved()
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

import { type Rounds, rounds } from './interval.ts'

export interface CheckpointJobDeps {
  readonly audit: { checkpointMoved(): Promise<number> }
  /** Told of a round that failed; the next one tries again. */
  readonly failed: (error: unknown) => void
  readonly everyMs?: number
}

/**
 * Signs the audit chains that grew, every minute, so that little of their tail is ever unsigned. Several processes may run it:
 * a checkpoint that exists is not made twice.
 */
export function checkpointAudit({ audit, failed, everyMs = 60_000 }: CheckpointJobDeps): Rounds {
  return rounds(() => audit.checkpointMoved(), { everyMs, failed })
}

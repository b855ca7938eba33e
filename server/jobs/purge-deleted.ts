import { type Rounds, type RoundsReport, rounds } from './interval.ts'

export interface PurgeDeps extends RoundsReport {
  readonly secretUndo: { purgeLapsed(): Promise<void> }
  readonly vaultDeletion: { purgeLapsed(): Promise<void> }
  readonly everyMs?: number
}

/** Purges, every ten minutes, what was deleted too long ago to be restored. Several processes may run it. */
export function purgeDeleted({ secretUndo, vaultDeletion, everyMs = 600_000, ...report }: PurgeDeps): Rounds {
  const round = async () => {
    await secretUndo.purgeLapsed()
    await vaultDeletion.purgeLapsed()
  }
  return rounds(round, { everyMs, ...report })
}

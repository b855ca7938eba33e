import { type Repeated, type RepeatReport, repeat } from './interval.ts'

export interface PurgeDeps extends RepeatReport {
  readonly secretUndo: { purgeLapsed(): Promise<void> }
  readonly vaultDeletion: { purgeLapsed(): Promise<void> }
  readonly everyMs?: number
}

/** Purges, every ten minutes, what was deleted too long ago to be restored. Several processes may run it. */
export function purgeDeleted({ secretUndo, vaultDeletion, everyMs = 600_000, ...report }: PurgeDeps): Repeated {
  const round = async () => {
    await secretUndo.purgeLapsed()
    await vaultDeletion.purgeLapsed()
  }
  return repeat(round, { everyMs, ...report })
}

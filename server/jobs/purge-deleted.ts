import { type Repeated, type RepeatReport, repeat } from './interval.ts'

export interface PurgeDeps extends RepeatReport {
  readonly secretDeletion: { purgeLapsed(): Promise<void> }
  readonly vaultDeletion: { purgeLapsed(): Promise<void> }
  readonly everyMs?: number
}

/** Purges, every ten minutes, what was deleted longer ago than the retention period. Several processes may run it. */
export function purgeDeleted({ secretDeletion, vaultDeletion, everyMs = 600_000, ...report }: PurgeDeps): Repeated {
  const round = async () => {
    await secretDeletion.purgeLapsed()
    await vaultDeletion.purgeLapsed()
  }
  return repeat(round, { everyMs, ...report })
}

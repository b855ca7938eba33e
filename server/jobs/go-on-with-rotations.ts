import { type Rounds, type RoundsReport, rounds } from './interval.ts'

export interface GoOnDeps extends RoundsReport {
  readonly vaultKeys: { goOn(): Promise<void>; goOnAtStart(): Promise<void> }
  readonly everyMs?: number
}

/** Takes up rotations of vaults' keys that nobody works on any more. Several processes may run it: each rotation is one process's. */
export function goOnWithRotations({ vaultKeys, everyMs = 5_000, ...report }: GoOnDeps): Rounds {
  return rounds(() => vaultKeys.goOn(), { everyMs, ...report, first: () => vaultKeys.goOnAtStart() })
}

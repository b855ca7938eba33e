import { type Rounds, rounds } from './interval.ts'

export interface GoOnDeps {
  readonly vaultKeys: { goOn(): Promise<void>; goOnAtStart(): Promise<void> }
  /** Told of a round that failed; the next one tries again. */
  readonly failed: (error: unknown) => void
  readonly everyMs?: number
}

/** Takes up rotations of vaults' keys that nobody works on any more. Several processes may run it: each rotation is one process's. */
export function goOnWithRotations({ vaultKeys, failed, everyMs = 5_000 }: GoOnDeps): Rounds {
  return rounds(() => vaultKeys.goOn(), { everyMs, failed, first: () => vaultKeys.goOnAtStart() })
}

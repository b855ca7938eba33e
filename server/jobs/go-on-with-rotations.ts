import { type Repeated, type RepeatReport, repeat } from './interval.ts'

export interface GoOnDeps extends RepeatReport {
  readonly vaultKeys: { goOn(): Promise<void>; goOnAtStart(): Promise<void> }
  readonly everyMs?: number
}

/** Takes up rotations of vaults' keys that nobody works on any more. Several processes may run it: each rotation is one process's. */
export function goOnWithRotations({ vaultKeys, everyMs = 5_000, ...report }: GoOnDeps): Repeated {
  return repeat(() => vaultKeys.goOn(), { everyMs, ...report, first: () => vaultKeys.goOnAtStart() })
}

import { type Repeated, type RepeatReport, repeat } from './interval.ts'

export interface ResumeDeps extends RepeatReport {
  readonly vaultKeys: { goOn(): Promise<void>; goOnAtStart(): Promise<void>; rotateWorn(): Promise<void> }
  readonly serverKeyRotation: { goOn(): Promise<void> }
  readonly wraps: { flush(): Promise<void> }
  readonly everyMs?: number
}

/**
 * Resumes unattended rotations, and starts those of keys that have sealed much. Several processes may run it: each rotation of a vault's
 * key belongs to one process, and each step of the server's own can be repeated.
 */
export function resumeRotations({ vaultKeys, serverKeyRotation, wraps, everyMs = 5_000, ...report }: ResumeDeps): Repeated {
  const round = async () => {
    await wraps.flush()
    await vaultKeys.goOn()
    await vaultKeys.rotateWorn()
    await serverKeyRotation.goOn()
  }
  return repeat(round, { everyMs, ...report, first: () => vaultKeys.goOnAtStart() })
}

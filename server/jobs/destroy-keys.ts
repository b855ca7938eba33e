import { type Repeated, type RepeatReport, repeat } from './interval.ts'

export interface DestroyKeysDeps extends RepeatReport {
  readonly destroyDueKeks: () => Promise<number>
  readonly providerKeys: { destroyOrphaned(): Promise<number> }
  readonly everyMs?: number
}

/**
 * Destroys, every minute, signing keys of deleted vaults, and KEKs that a rotation or a deletion has removed from their vault. They have
 * been unusable since then; this removes them from the HSM. Not at once, because a key is destroyed only when the deletion is certain.
 * Several processes may run it.
 */
export function destroyKeys({ providerKeys, destroyDueKeks, everyMs = 60_000, ...report }: DestroyKeysDeps): Repeated {
  const round = async () => {
    await destroyDueKeks()
    await providerKeys.destroyOrphaned()
  }
  return repeat(round, { everyMs, ...report })
}

import { type Repeated, type RepeatReport, repeat } from './interval.ts'

export interface DestroyKeysDeps extends RepeatReport {
  readonly destroyDueKeks: () => Promise<number>
  readonly providerKeys: { destroyOrphaned(): Promise<number> }
  readonly everyMs?: number
}

/**
 * Destroys, every minute, keys of transactions whose vault was deleted, and KEKs that a rotation or a deletion has taken from their
 * vault. They could not be used any more since then; this keeps them from lying about in the HSM. Not at once, because a key is
 * destroyed only when the deletion is certain. Several processes may run it.
 */
export function destroyKeys({ providerKeys, destroyDueKeks, everyMs = 60_000, ...report }: DestroyKeysDeps): Repeated {
  const round = async () => {
    await destroyDueKeks()
    await providerKeys.destroyOrphaned()
  }
  return repeat(round, { everyMs, ...report })
}

import type { Keyring } from './keyring.ts'
import { GCM_LIMIT } from './primitives/gcm.ts'

/** How often a key can seal before it is replaced: half of the limit, so neither a crash nor a late job exceeds it. */
export const WORN_AT = GCM_LIMIT / 2

export interface WrapCount {
  /** Counts one, in memory. */
  count(id: string): void
  /** Stores the counts since the last call. A killed process loses the counts of a few seconds. */
  flush(): Promise<void>
}

/**
 * Counts what keys seal, by the id of each.
 * @param add adds all counts in one unit of work
 */
export function wrapCount(add: (counts: ReadonlyMap<string, number>) => Promise<void>): WrapCount {
  let counts = new Map<string, number>()
  const count = (id: string, more = 1) => void counts.set(id, (counts.get(id) ?? 0) + more)
  return {
    count: id => count(id),
    async flush() {
      if (counts.size === 0) return
      const taken = counts
      counts = new Map()
      try {
        await add(taken)
      } catch (error) {
        for (const [id, number] of taken) count(id, number)
        throw error
      }
    },
  }
}

/** The same keyring; it calls `count` for each key that it wraps. */
export function countedKeyring<K extends Keyring>(keyring: K, count: (kekId: string) => void): K {
  return {
    ...keyring,
    wrap(kek, dek, aad) {
      count(kek.id)
      return keyring.wrap(kek, dek, aad)
    },
  }
}

/** The id under which the seals of the data box are counted. */
export function boxKeyId(number: number): string {
  return `data-box-${number}`
}

import { Problem } from '../../src/problem.ts'

/** One of a series of keys that succeed each other. */
export interface KeyGeneration<K> {
  /** 1, 2, 3… in the order of their creation. */
  readonly number: number
  /** Epoch milliseconds. New work uses the key from this time on. It is known earlier, so that every process has it in time. */
  readonly startsAt: number
  /** It is no longer used for anything new; it only verifies or opens existing data. */
  readonly ended: boolean
  /** Undefined if the key provider has not opened it. */
  readonly key: K | undefined
}

export interface Open<K> {
  readonly number: number
  readonly key: K
}

/** A key of the installation, with its predecessors. */
export interface Lineage<K> {
  /**
   * The key for new work.
   * @throws Problem `keys.unavailable` if it is not open: the previous key is not accepted for new work
   */
  current(): Open<K>
  /** Undefined if it does not exist, or is not open. */
  find(number: number): K | undefined
  /** All open and accepted keys, newest first. */
  accepted(): readonly Open<K>[]
  /** All open keys, newest first, including those that have ended. */
  known(): readonly Open<K>[]
}

/** @param clock epoch milliseconds; `keep` replaces the known keys */
export function lineage<K>(clock: () => number): Lineage<K> & { keep(heirs: readonly KeyGeneration<K>[]): void } {
  let heirs: readonly KeyGeneration<K>[] = []
  let open: readonly (Open<K> & { readonly ended: boolean })[] = []
  let accepted: readonly Open<K>[] = []
  return {
    keep(present) {
      heirs = present.toSorted((one, other) => other.number - one.number)
      open = heirs.flatMap(({ number, key, ended }) => (key === undefined ? [] : [{ number, key, ended }]))
      accepted = open.filter(({ ended }) => !ended)
    },
    current() {
      const now = clock()
      const left = heirs.filter(({ ended }) => !ended)
      // If a clock was set back, the oldest key that is still accepted: every process has had it for longest.
      const newest = left.find(({ startsAt }) => startsAt <= now) ?? left.at(-1)
      if (newest?.key === undefined) throw new Problem('keys.unavailable')
      return { number: newest.number, key: newest.key }
    },
    find: number => open.find(each => each.number === number)?.key,
    accepted: () => accepted,
    known: () => open,
  }
}

/** A key that was never replaced. */
export function only<K>(key: K): Lineage<K> {
  const open = { number: 1, key }
  return { current: () => open, find: number => (number === 1 ? key : undefined), accepted: () => [open], known: () => [open] }
}

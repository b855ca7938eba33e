/** Random choices that are the same for the same seed, so a failure of a property test can be repeated. */
export interface Chance {
  /** From 0 to `below` − 1. */
  integer(below: number): number
  /** One of the choices. */
  of<T>(choices: readonly T[]): T
  /** True once in `times`. */
  once(times: number): boolean
}

/** Numbers from 0 up to 1 that depend only on the seed, by Mulberry32: small, and uniform enough for tests. */
export function fractions(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Choices that depend only on the seed. */
export function chance(seed: number): Chance {
  const next = fractions(seed)
  const integer = (below: number) => Math.floor(next() * below)
  return {
    integer,
    of<T>(choices: readonly T[]): T {
      const chosen = choices[integer(choices.length)]
      if (chosen === undefined) throw new Error('There is nothing to choose from.')
      return chosen
    },
    once: times => integer(times) === 0,
  }
}

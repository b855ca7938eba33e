import { Problem } from '../../../src/problem.ts'
import { addressKey } from '../../http/limits.ts'

/** The client that tries to unseal. */
export interface Asker {
  readonly ip: string
  /** Whether it connected from the machine itself. */
  readonly isLocal: boolean
}

/** A wrong passphrase or share. */
export interface WrongAttempt {
  /** Epoch milliseconds. */
  readonly at: number
  readonly ip: string
  readonly kind: 'passphrase' | 'share'
}

/** Wrong attempts to unseal. */
export interface Attempts {
  /** @throws Problem `auth.locked` while this address, or the network as a whole, is locked out */
  ensureOpen(asker: Asker): void
  failed(asker: Asker, kind: WrongAttempt['kind']): void
  /** All attempts since the server was sealed, the newest last; if there are very many, only the first are kept. */
  all(): { readonly kept: readonly WrongAttempt[]; readonly count: number }
}

const LOCK_MS = 15 * 60_000
const MOST_OF_ADDRESS = 5
/**
 * The limit for all addresses except the machine's own: a client with many addresses must not get many times the attempts, nor lock the
 * operator out.
 */
const MOST_OF_NETWORK = 25
const NETWORK = 'network'
const MACHINE = 'machine'
const KEPT = 100
const MOST_ADDRESSES = 10_000

/** Kept in memory: there is no database while the server is sealed. A person who can restart it to clear the counts also has the file. */
export function attempts(clock: () => number): Attempts {
  const counted = new Map<string, { failures: number; lockedUntil: number }>()
  const kept: WrongAttempt[] = []
  let count = 0

  const countersOf = ({ ip, isLocal }: Asker): [string, number][] =>
    isLocal
      ? [[MACHINE, MOST_OF_ADDRESS]]
      : [
          [addressKey(ip), MOST_OF_ADDRESS],
          [NETWORK, MOST_OF_NETWORK],
        ]

  return {
    ensureOpen(asker) {
      const left = Math.max(...countersOf(asker).map(([counter]) => (counted.get(counter)?.lockedUntil ?? 0) - clock()))
      if (left <= 0) return
      const minutes = Math.ceil(left / 60_000)
      const time = minutes === 1 ? 'a minute' : `${minutes} minutes`
      throw new Problem('auth.locked', `Too many wrong attempts to unseal; try again in ${time}.`, {
        retryAfter: Math.ceil(left / 1000),
      })
    },
    failed(asker, kind) {
      count++
      if (kept.length < KEPT) kept.push({ kind, ip: asker.ip, at: clock() })
      for (const [counter, most] of countersOf(asker)) {
        const failures = (counted.get(counter)?.failures ?? 0) + 1
        const isOver = failures >= most
        counted.delete(counter)
        counted.set(counter, { failures: isOver ? 0 : failures, lockedUntil: isOver ? clock() + LOCK_MS : 0 })
        if (counted.size > MOST_ADDRESSES) counted.delete(counted.keys().next().value as string)
      }
    },
    all: () => ({ kept, count }),
  }
}

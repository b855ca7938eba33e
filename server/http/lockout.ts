import { Problem } from '../../src/problem.ts'

/** Where the failures are counted: in the database, so that neither a restart nor a second process forgets. */
export interface LockoutCounters {
  /** Epoch milliseconds until which any of the identities is locked out; 0 when none is. */
  lockedUntil(door: Door, identities: readonly string[]): Promise<number>
  /** Counts a failure of each and locks those that have reached the limit. */
  countFailures(door: Door, identities: readonly string[], rule: LockRule): Promise<void>
  clearFailures(door: Door, identities: readonly string[]): Promise<void>
}

export interface LockRule {
  readonly now: number
  readonly maxFailures: number
  readonly lockMs: number
}

/** A door that can be guessed at; each has counters of its own. */
export type Door = 'login' | 'user-code' | 'change-password'

const MAX_FAILURES = 5
const LOCK_MS = 15 * 60_000

export interface Lockout {
  /** @throws Problem `door.locked` (429) while any of the identities is locked out. */
  ensureOpen(door: Door, identities: readonly string[]): Promise<void>
  failed(door: Door, identities: readonly string[]): Promise<void>
  succeeded(door: Door, identities: readonly string[]): Promise<void>
}

/** Five failures in a row of one canonical identity, or of one address, lock the door for 15 minutes. */
export function lockout(counters: LockoutCounters, clock: () => number): Lockout {
  return {
    async ensureOpen(door, identities) {
      const left = (await counters.lockedUntil(door, identities)) - clock()
      if (left > 0) {
        throw new Problem('door.locked', 'Too many failed attempts; try again later.', { retryAfter: Math.ceil(left / 1000) })
      }
    },
    failed: (door, identities) =>
      counters.countFailures(door, identities, { now: clock(), maxFailures: MAX_FAILURES, lockMs: LOCK_MS }),
    succeeded: (door, identities) => counters.clearFailures(door, identities),
  }
}

/** The identity of an account as counters see it: one, however the address is written. */
export function emailIdentity(email: string): string {
  return `email:${canonicalEmail(email)}`
}

export function ipIdentity(ip: string): string {
  return `ip:${ip}`
}

/** Trimmed, Unicode-normalised (NFKC), lower case. */
export function canonicalEmail(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase()
}

import { Problem } from '../../src/problem.ts'
import { addressKey } from './limits.ts'

/** The store of failures: in the database, so that neither a restart nor a second process loses them. */
export interface LockoutCounters {
  /** Epoch milliseconds until which any of the identities is locked out; 0 if none is. */
  lockedUntil(kind: Attempt, identities: readonly string[]): Promise<number>
  /**
   * Counts a failure for each identity and locks those that have reached the limit. In the same unit of work as the lock, its owner is
   * informed. True if one of them was already locked.
   */
  countFailures(kind: Attempt, identities: readonly string[], rule: LockRule, owner: LockOwner | undefined): Promise<boolean>
  /**
   * Clears the failures (of an address only those with the other identities) unless one of the identities is locked at `now`: then it
   * returns true and clears nothing.
   */
  clearFailures(kind: Attempt, identities: readonly string[], now: number): Promise<boolean>
}

export interface LockRule {
  readonly now: number
  readonly maxFailures: number
  readonly lockMs: number
}

/** The owner of the identity. `email` undefined means an unknown owner, which takes the same time and sends no mail. */
export interface LockOwner {
  readonly identity: string
  readonly email: string | undefined
  /** The owner of a share whose passphrase was guessed: the organisation of the secret. Absent for an account. */
  readonly sharedPath?: string
}

/** The kinds of guesses; each has separate counters. */
export type Attempt = 'login' | 'user-code' | 'change-password' | 'mfa' | 'forgot-password' | 'share'

const MAX_FAILURES = 5
export const LOCK_MS = 15 * 60_000

export interface Lockout {
  /** @throws Problem `auth.locked` (429) while any of the identities is locked out. */
  ensureOpen(kind: Attempt, identities: readonly string[]): Promise<void>
  /** @throws Problem `auth.locked` if concurrent attempts have locked it: of a hundred guesses at once, no more than five get an answer */
  failed(kind: Attempt, identities: readonly string[], owner?: LockOwner): Promise<void>
  /**
   * Call this before a success takes effect.
   * @throws Problem `auth.locked` like `failed`
   */
  succeeded(kind: Attempt, identities: readonly string[]): Promise<void>
}

/** Five failures in a row of one canonical identity, or of one address, lock it for 15 minutes. */
export function lockout(counters: LockoutCounters, clock: () => number): Lockout {
  return {
    async ensureOpen(kind, identities) {
      const left = (await counters.lockedUntil(kind, identities)) - clock()
      if (left > 0) throw locked(left)
    },
    async failed(kind, identities, owner) {
      const rule = { now: clock(), maxFailures: MAX_FAILURES, lockMs: LOCK_MS }
      if (await counters.countFailures(kind, identities, rule, owner)) throw locked(LOCK_MS)
    },
    async succeeded(kind, identities) {
      if (await counters.clearFailures(kind, identities, clock())) throw locked(LOCK_MS)
    },
  }
}

function locked(ms: number): Problem {
  return new Problem('auth.locked', 'Too many failed attempts; try again later.', { retryAfter: Math.ceil(ms / 1000) })
}

const ADDRESS = 'ip:'

/** The identity of an account for counters: the same for every spelling of the address. */
export function emailIdentity(email: string): string {
  return `email:${canonicalEmail(email)}`
}

/** The identity of a client's address; for IPv6 its network, because the client can use all of its addresses. */
export function ipIdentity(ip: string): string {
  return ADDRESS + addressKey(ip)
}

/** Whether an identity is an address of a client rather than of an account. */
export function isAddress(identity: string): boolean {
  return identity.startsWith(ADDRESS)
}

/** Trimmed, Unicode-normalised (NFKC), lower case. */
export function canonicalEmail(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase()
}

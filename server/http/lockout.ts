import { Problem } from '../../src/problem.ts'
import { addressKey } from './limits.ts'

/** Where the failures are counted: in the database, so that neither a restart nor a second process forgets. */
export interface LockoutCounters {
  /** Epoch milliseconds until which any of the identities is locked out; 0 when none is. */
  lockedUntil(kind: Attempt, identities: readonly string[]): Promise<number>
  /**
   * Counts a failure of each and locks those that have reached the limit. With the lock, and in the same unit of work, its owner is told.
   * True when one of them was locked already.
   */
  countFailures(kind: Attempt, identities: readonly string[], rule: LockRule, owner: LockOwner | undefined): Promise<boolean>
  /** Forgets the failures, of an address only those that belong to the other identities, unless one of the identities is locked out at `now`: then true, and nothing is forgotten. */
  clearFailures(kind: Attempt, identities: readonly string[], now: number): Promise<boolean>
}

export interface LockRule {
  readonly now: number
  readonly maxFailures: number
  readonly lockMs: number
}

/** Whose identity it is. `email` undefined: nobody's, which costs the same and tells nobody. */
export interface LockOwner {
  readonly identity: string
  readonly email: string | undefined
  /** Of whom a share's passphrase was guessed: where the secret is. Absent where it is about an account. */
  readonly sharedPath?: string
}

/** What can be guessed at; each kind has counters of its own. */
export type Attempt = 'login' | 'user-code' | 'change-password' | 'mfa' | 'forgot-password' | 'share'

const MAX_FAILURES = 5
export const LOCK_MS = 15 * 60_000

export interface Lockout {
  /** @throws Problem `auth.locked` (429) while any of the identities is locked out. */
  ensureOpen(kind: Attempt, identities: readonly string[]): Promise<void>
  /**
   * @throws Problem `auth.locked` when others, trying at the same time, have locked it in the meantime: a hundred guesses at once are
   * told no more than five.
   */
  failed(kind: Attempt, identities: readonly string[], owner?: LockOwner): Promise<void>
  /** To be asked before a success has any effect. @throws Problem `auth.locked` like `failed`. */
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

/** The identity of an account as counters see it: one, however the address is written. */
export function emailIdentity(email: string): string {
  return `email:${canonicalEmail(email)}`
}

/** The identity of a client's address; of an IPv6 address its network, whose addresses are all at the client's disposal. */
export function ipIdentity(ip: string): string {
  return ADDRESS + addressKey(ip)
}

/** Whether an identity is where somebody comes from, rather than who they say they are. */
export function isAddress(identity: string): boolean {
  return identity.startsWith(ADDRESS)
}

/** Trimmed, Unicode-normalised (NFKC), lower case. */
export function canonicalEmail(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase()
}

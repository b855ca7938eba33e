import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import type { AuthStore } from './store.ts'

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

/**
 * Five failures in a row of one canonical identity, or of one address, lock the door for 15 minutes. Kept in the database, so that
 * neither a restart nor a second process forgets.
 */
export function lockout({ database, clock }: { database: Database<{ auth: AuthStore }>; clock: () => number }): Lockout {
  return {
    async ensureOpen(door, identities) {
      const until = await database.read(({ auth }) => auth.lockedUntil(door, identities))
      const left = until - clock()
      if (left > 0) {
        throw new Problem('door.locked', 'Too many failed attempts; try again later.', { retryAfter: Math.ceil(left / 1000) })
      }
    },
    async failed(door, identities) {
      const rule = { now: clock(), maxFailures: MAX_FAILURES, lockMs: LOCK_MS }
      await database.run(async ({ auth }) => {
        for (const identity of identities) await auth.countFailure(door, identity, rule)
      })
    },
    async succeeded(door, identities) {
      await database.run(({ auth }) => auth.clearFailures(door, identities))
    },
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

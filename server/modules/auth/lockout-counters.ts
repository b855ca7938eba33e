import type { Database } from '../../db/database.ts'
import type { LockoutCounters } from '../../http/lockout.ts'
import type { AuthStore } from './store.ts'

/** The counters of the guessable doors, in the database. */
export function lockoutCounters(database: Database<{ auth: AuthStore }>): LockoutCounters {
  return {
    lockedUntil: (door, identities) => database.read(({ auth }) => auth.lockedUntil(door, identities)),
    countFailures: (door, identities, rule) =>
      database.run(async ({ auth }) => {
        for (const identity of identities) await auth.countFailure(door, identity, rule)
      }),
    clearFailures: (door, identities) => database.run(({ auth }) => auth.clearFailures(door, identities)),
  }
}

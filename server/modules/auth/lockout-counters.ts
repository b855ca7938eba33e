import type { Database } from '../../db/database.ts'
import type { LockOwner, LockoutCounters } from '../../http/lockout.ts'
import type { Letters } from '../../mail/templates.ts'
import type { OutboxStore } from '../../stores/outbox.ts'
import type { AuthStore } from '../../stores/sign-in.ts'

/** The counters of the guessable doors, in the database. */
export function lockoutCounters(
  database: Database<{ auth: AuthStore; outbox: OutboxStore }>,
  letters: Pick<Letters, 'locked' | 'shareLocked'>,
): LockoutCounters {
  return {
    lockedUntil: (door, identities) => database.read(({ auth }) => auth.lockedUntil(door, identities)),
    countFailures: (door, identities, rule, owner) =>
      database.run(async ({ auth, outbox }) => {
        let wasLocked = false
        for (const identity of identities) {
          const failures = await auth.countFailure(door, identity, rule)
          wasLocked ||= failures > rule.maxFailures
          if (failures === rule.maxFailures && identity === owner?.identity) await outbox.add(letterTo(owner))
        }
        return wasLocked
      }),
    async clearFailures(door, identities, now) {
      // Most people fail never: their sign-in needs no commit for it.
      if (!(await database.read(({ auth }) => auth.hasFailures(door, identities)))) return false
      return database.run(async ({ auth }) => {
        if ((await auth.lockedUntil(door, identities)) > now) return true
        await auth.clearFailures(door, identities)
        return false
      })
    },
  }

  function letterTo({ email, sharedPath }: LockOwner) {
    return sharedPath === undefined ? letters.locked(email) : letters.shareLocked(email, sharedPath)
  }
}

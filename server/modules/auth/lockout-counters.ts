import type { Database } from '../../db/database.ts'
import { isAddress, LOCK_MS, type LockOwner, type LockoutCounters } from '../../http/lockout.ts'
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
        const { addresses, part } = partsOf(identities)
        if (addresses.length > 0) await auth.countFailure(door, part, { ...rule, maxFailures: Number.MAX_SAFE_INTEGER })
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
        const { own, addresses, part } = partsOf(identities)
        await auth.clearFailures(door, own)
        for (const address of addresses) await auth.forgive(door, address, part, now - LOCK_MS)
        return false
      })
    },
  }

  /**
   * Whoever opens the door with what is theirs has made up for their own failures: not for those that others, or they themselves, have
   * had at other doors from the same address. So an address is counted together with what was tried from there, too.
   */
  function partsOf(identities: readonly string[]) {
    const addresses = identities.filter(isAddress)
    return { addresses, own: identities.filter(identity => !isAddress(identity)), part: identities.join(' ') }
  }

  function letterTo({ email, sharedPath }: LockOwner) {
    return sharedPath === undefined ? letters.locked(email) : letters.shareLocked(email, sharedPath)
  }
}

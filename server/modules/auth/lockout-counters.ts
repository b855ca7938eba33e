import type { Database } from '../../db/database.ts'
import { isAddress, LOCK_MS, type LockOwner, type LockoutCounters } from '../../http/lockout.ts'
import type { MailTemplates } from '../../mail/templates.ts'
import type { OutboxStore } from '../../stores/outbox.ts'
import type { AuthStore } from '../../stores/sign-in.ts'

/** The number of failures of an address, not cancelled by successes with other accounts, until it is locked. */
const MOST_OF_ADDRESS = 20

const totalOf = (address: string) => `${address} in total`

function withTotals(identities: readonly string[]): string[] {
  return [...identities, ...identities.filter(isAddress).map(totalOf)]
}

/** The counters for attempts that could be guesses, in the database. */
export function lockoutCounters(
  database: Database<{ auth: AuthStore; outbox: OutboxStore }>,
  templates: Pick<MailTemplates, 'locked' | 'shareLocked'>,
): LockoutCounters {
  return {
    lockedUntil: (kind, identities) => database.read(({ auth }) => auth.lockedUntil(kind, withTotals(identities))),
    countFailures: (kind, identities, rule, owner) =>
      database.run(async ({ auth, outbox }) => {
        let wasLocked = false
        const { addresses, part } = partsOf(identities)
        if (addresses.length > 0) await auth.countFailure(kind, part, { ...rule, maxFailures: Number.MAX_SAFE_INTEGER })
        for (const address of addresses) {
          const total = await auth.countFailure(kind, totalOf(address), { ...rule, maxFailures: MOST_OF_ADDRESS })
          wasLocked ||= total > MOST_OF_ADDRESS
        }
        for (const identity of identities) {
          const failures = await auth.countFailure(kind, identity, rule)
          wasLocked ||= failures > rule.maxFailures
          if (failures === rule.maxFailures && identity === owner?.identity) await outbox.add(mailTo(owner))
        }
        return wasLocked
      }),
    async clearFailures(kind, identities, now) {
      // Most sign-ins have no earlier failure, so they need no commit here.
      if (!(await database.read(({ auth }) => auth.hasFailures(kind, identities)))) return false
      return database.run(async ({ auth }) => {
        if ((await auth.lockedUntil(kind, withTotals(identities))) > now) return true
        const { addresses, part } = partsOf(identities)
        await auth.clearFailures(kind, identities)
        for (const address of addresses) await auth.forgive(kind, totalOf(address), part, now - LOCK_MS)
        return false
      })
    },
  }

  /**
   * Five failures in a row lock an address, as they lock an account, and a success resets the count. But a success with one account only
   * cancels the failures of that account: all attempts from an address are counted as well.
   */
  function partsOf(identities: readonly string[]) {
    const addresses = identities.filter(isAddress)
    return { addresses, part: `own ${identities.join(' ')}` }
  }

  function mailTo({ email, sharedPath }: LockOwner) {
    return sharedPath === undefined ? templates.locked(email) : templates.shareLocked(email, sharedPath)
  }
}

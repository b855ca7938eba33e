import type { Database, StoresOf } from '../db/database.ts'
import { inBatches } from '../db/rest-between-batches.ts'
import type { SubscriptionStore } from '../stores/billing/subscriptions.ts'
import type { UsageStore } from '../stores/billing/usage.ts'
import type { ConsoleSessionStore } from '../stores/console-sessions.ts'
import type { IntentStore } from '../stores/intents/intents.ts'
import type { MailedLinkStore } from '../stores/mailed-links.ts'
import type { MfaStore } from '../stores/mfa.ts'
import type { OrgStore } from '../stores/orgs.ts'
import type { AccessRequestStore } from '../stores/requests/access-requests.ts'
import type { DeviceStore } from '../stores/requests/device.ts'
import type { EnrollmentStore } from '../stores/requests/enrollments.ts'
import type { ShareStore } from '../stores/shares.ts'
import type { AuthStore } from '../stores/sign-in.ts'
import { type Repeated, type RepeatReport, repeat } from './interval.ts'

export interface ReaperDeps extends RepeatReport {
  readonly database: Database<{
    auth: AuthStore
    consoleSessions: ConsoleSessionStore
    devices: DeviceStore
    mailedLinks: MailedLinkStore
    intents: IntentStore
    mfa: MfaStore
    orgs: OrgStore
    shares: ShareStore
    enrollments: EnrollmentStore
    accessRequests: AccessRequestStore
    usage: UsageStore
    subscriptions: SubscriptionStore
  }>
  readonly clock: () => number
  readonly everyMs?: number
}

const EVERY_MS = 3_600_000
/** Shares stay in their lists for a while after they have expired, and enrolment links still say that they have. */
const LISTED_KEPT_MS = 30 * 24 * 3_600_000
/** Requests for access are kept longer than requested access can last, because its end is found through them. */
const REQUESTS_KEPT_MS = 120 * 24 * 3_600_000
/** Device codes are kept for a while after their end, so that a slow client still learns the outcome. */
const DEVICE_CODE_KEPT_MS = 24 * 3_600_000

/** Single requests; their sums are kept. */
const USAGE_KEPT_MS = 90 * 24 * 3_600_000
/** Longer than the payment provider resends an event. */
const STRIPE_EVENTS_KEPT_MS = 60 * 24 * 3_600_000

/** Twice the lifetime of a key. */
const IDEMPOTENCY_KEPT_MS = 48 * 3_600_000

/** The number of rows in one transaction: requests that write wait for it. */
const AT_ONCE = 500

type Stores = StoresOf<ReaperDeps>

/** Deletes a batch of expired rows; returns whether there could be more. */
type Forget = (stores: Stores, now: number, most: number) => Promise<boolean>

const KINDS: readonly Forget[] = [
  ({ auth }, now, most) => auth.deleteExpired(now, most),
  ({ consoleSessions }, now, most) => consoleSessions.deleteExpired(now, most),
  ({ mailedLinks }, now, most) => mailedLinks.deleteExpired(now, most),
  ({ mfa }, now, most) => mfa.deleteExpired(now, most),
  ({ orgs }, now, most) => orgs.deleteExpired(now, most),
  ({ intents }, now, most) => intents.forgetKeys(now - IDEMPOTENCY_KEPT_MS, most),
  ({ enrollments }, now, most) => enrollments.deleteExpired(now, LISTED_KEPT_MS, most),
  ({ accessRequests }, now, most) => accessRequests.deleteExpired(now - REQUESTS_KEPT_MS, most),
  ({ shares }, now, most) => shares.deleteExpired(now - LISTED_KEPT_MS, most),
  ({ usage }, now, most) => usage.history.forgetBefore(now - USAGE_KEPT_MS, most),
  ({ subscriptions }, now, most) => subscriptions.forgetEvents(now - STRIPE_EVENTS_KEPT_MS, most),
  ({ devices }, now, most) => devices.deleteExpired(now - DEVICE_CODE_KEPT_MS, most),
]

/**
 * Deletes expired rows, a batch in each transaction, so no request waits for all of it. Nothing depends on it, because expiry is checked at
 * use. Several processes can do it at once. A failure of one kind does not stop the others; the first failure is thrown at the end.
 */
export function reapExpired({ database, clock }: Pick<ReaperDeps, 'database' | 'clock'>) {
  return async (goesOn: () => boolean = () => true): Promise<void> => {
    const failures: unknown[] = []
    for (const forget of KINDS) {
      const batch = () => database.run(stores => forget(stores, clock(), AT_ONCE))
      await inBatches(batch, goesOn).catch((error: unknown) => failures.push(error))
    }
    if (failures.length > 0) throw failures[0]
  }
}

/** Runs it every hour. A stop waits for the current batch. */
export function reaper({ database, clock, everyMs = EVERY_MS, ...report }: ReaperDeps): Repeated {
  let isStopped = false
  const reap = reapExpired({ database, clock })
  const job = repeat(() => reap(() => !isStopped), { everyMs, ...report })
  return {
    stop() {
      isStopped = true
      return job.stop()
    },
  }
}

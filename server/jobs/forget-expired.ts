import type { Database } from '../db/database.ts'
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

export interface ForgetDeps extends RepeatReport {
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
}

const EVERY_MS = 3_600_000
/** Shares stay in their lists for a while after they have expired, and links to decide about agents still say so. */
const LISTED_KEPT_MS = 30 * 24 * 3_600_000
/** Requests for access: longer than what is given on request can last, because its end is found by them. */
const REQUESTS_KEPT_MS = 120 * 24 * 3_600_000
/** Device codes are kept for a while after their end, so that a slow client still learns how it ended. */
const DEVICE_CODE_KEPT_MS = 24 * 3_600_000

/** Single requests; their sums are kept. */
const USAGE_KEPT_MS = 90 * 24 * 3_600_000
/** Longer than the payment provider sends an event again. */
const STRIPE_EVENTS_KEPT_MS = 60 * 24 * 3_600_000

/** Twice what a key is good for. */
const IDEMPOTENCY_KEPT_MS = 48 * 3_600_000

/** Removes what has expired and means nothing any more, every hour. Nothing depends on it: expiry is judged at use. */
export function forgetExpired({ database, clock, ...report }: ForgetDeps): Repeated {
  const work = () =>
    database.run(
      async ({ auth, consoleSessions, devices, intents, mailedLinks, mfa, orgs, shares, enrollments, usage, ...stores }) => {
        const { accessRequests, subscriptions } = stores
        await auth.forgetExpired(clock())
        await consoleSessions.forgetExpired(clock())
        await mailedLinks.forgetExpired(clock())
        await mfa.forgetExpired(clock())
        await orgs.forgetExpired(clock())
        await intents.forgetKeys(clock() - IDEMPOTENCY_KEPT_MS)
        await enrollments.forgetExpired(clock(), LISTED_KEPT_MS)
        await accessRequests.forgetExpired(clock() - REQUESTS_KEPT_MS)
        await shares.forgetExpired(clock() - LISTED_KEPT_MS)
        await usage.forgetBefore(clock() - USAGE_KEPT_MS)
        await subscriptions.forgetEvents(clock() - STRIPE_EVENTS_KEPT_MS)
        await devices.forgetExpired(clock() - DEVICE_CODE_KEPT_MS)
      },
    )
  return repeat(work, { everyMs: EVERY_MS, ...report })
}

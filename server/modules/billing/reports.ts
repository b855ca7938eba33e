import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { isOrgAdmin } from '../../policy/caller.ts'
import { grantEvent } from '../../policy/event.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { CreditLotStore } from '../../stores/billing/credit-lots.ts'
import type { CreditEntry, CreditStore, OverageMethod } from '../../stores/billing/credits.ts'
import type { PlanStore, Subscription } from '../../stores/billing/plans.ts'
import type { ResourceCountStore, ResourceCounts } from '../../stores/billing/resource-counts.ts'
import type { PeriodUsage, ShareUsage, Usage, UsageStore } from '../../stores/billing/usage.ts'
import type { UsageEvent } from '../../stores/billing/usage-pack.ts'
import { monthOf, startOfMonth } from './periods.ts'
import type { Plan, Plans } from './plans.ts'
import type { Tally } from './tally.ts'

export interface ReportsDeps {
  readonly database: Database<{
    usage: UsageStore
    credits: CreditStore
    creditLots: CreditLotStore
    plans: PlanStore
    resourceCounts: ResourceCountStore
    audit: AuditStore
  }>
  readonly plans: Plans
  readonly tally: Tally
  readonly clock: () => number
}

export interface Breakdown {
  readonly month: string
  /** Whether the limits of the plan apply. */
  readonly limited: boolean
  readonly days: readonly PeriodUsage[]
  readonly principals: readonly ShareUsage[]
  readonly routes: readonly ShareUsage[]
}

export type Reports = ReturnType<typeof billingReports>
type Reader = Grant<'billing.read'>

const SHARES = 50
const DAY_MS = 24 * 3_600_000
const SOON_DAYS = 90

/** The usage, payments and credits of an organisation. Every reply includes all requests before it. */
export function billingReports({ database, plans, tally, clock }: ReportsDeps) {
  return {
    async usage({ orgId }: Reader): Promise<{ plan: Plan; usage: Usage }> {
      await tally.flush()
      const usage = await database.read(stores => stores.usage.total(orgId, monthOf(clock())))
      return { plan: await plans.get(orgId), usage }
    },

    async breakdown({ orgId }: Reader, month = monthOf(clock())): Promise<Breakdown> {
      await tally.flush()
      const { isLimited } = await plans.get(orgId)
      return database.read(async ({ usage }) => ({
        month,
        limited: isLimited,
        days: await usage.days(orgId, month),
        principals: await usage.shares(orgId, month, 'principal', SHARES),
        routes: await usage.shares(orgId, month, 'route', SHARES),
      }))
    },

    /** Owners and admins see every request, others see their own. Returns one more than requested if there are more. */
    async history({ actor, orgId }: Reader, limit: number, cursor: string | undefined): Promise<UsageEvent[]> {
      await tally.flush()
      const principal = isOrgAdmin(actor) ? undefined : actor
      return database.read(({ usage }) => usage.history.page({ orgId, principal, limit: limit + 1, before: cursor }))
    },

    async subscription({
      orgId,
    }: Reader): Promise<{ plan: Plan; subscription: Subscription; resourceCounts: ResourceCounts; usage: Usage }> {
      await tally.flush()
      const month = monthOf(clock())
      const known = await database.read(async stores => ({
        subscription: await stores.plans.subscription(orgId),
        resourceCounts: await stores.resourceCounts.summary(orgId, startOfMonth(clock())),
        usage: await stores.usage.total(orgId, month),
      }))
      return { ...known, plan: await plans.get(orgId) }
    },

    async balance({ orgId }: Reader): Promise<{ cents: number; ending: { cents: number; earliest: number | undefined } }> {
      const now = clock()
      return database.read(async ({ credits, creditLots }) => ({
        cents: (await credits.account(orgId)).balanceCents,
        ending: await creditLots.ending(orgId, now, now + SOON_DAYS * DAY_MS),
      }))
    },

    ledger: ({ orgId }: Reader, page: { limit: number; offset: number }): Promise<CreditEntry[]> =>
      database.read(({ credits }) => credits.entries(orgId, page)),

    async setMethod(grant: Grant<'billing.manage'>, method: OverageMethod): Promise<void> {
      const { orgId } = grant
      await database.run(async ({ credits, audit }) => {
        await credits.setMethod(orgId, method)
        const about = { resourceType: 'org', resourceId: orgId, details: { method } }
        await audit.append([grantEvent(grant, 'billing.overage', about)], clock())
      })
    },
  }
}

/**
 * The method that a toggle names by either of its two names.
 * @throws Problem `request.invalid` for no method, or two that differ
 */
export function methodIn(body: {
  method?: OverageMethod | undefined
  overage_method?: OverageMethod | undefined
}): OverageMethod {
  const method = body.method ?? body.overage_method
  if (method === undefined) throw invalidMethod('is missing')
  if (body.overage_method !== undefined && body.overage_method !== method) throw invalidMethod('differs from overage_method')
  return method
}

function invalidMethod(message: string): Problem {
  return new Problem('request.invalid', `method ${message}.`, { fields: { method: message } })
}

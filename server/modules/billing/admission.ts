import type { Database } from '../../db/database.ts'
import type { CreditStore } from '../../stores/billing/credits.ts'
import type { UsageStore } from '../../stores/billing/usage.ts'
import { inBatches } from './in-batches.ts'
import { monthOf } from './periods.ts'
import type { Plans } from './plans.ts'

/** Admits or refuses a request, depending on the plan's requests and the credits. */
export type Admission = 'plan' | 'credits' | 'none'

export interface AdmissionDeps {
  readonly database: Database<{ usage: UsageStore; credits: CreditStore }>
  readonly plans: Plans
  readonly clock: () => number
}

/**
 * Charges requests exactly, however many processes do so: the month's count and the credits change in one unit of work. Requests that
 * arrive together are charged together. Admission also counts the request.
 */
export function admissions({ database, plans, clock }: AdmissionDeps, withCredits: boolean) {
  return inBatches<Admission>(async (orgId, count) => {
    const plan = await plans.get(orgId)
    return database.run(async ({ usage, credits }) => {
      const at = clock()
      const period = monthOf(at)
      // Counts nothing but locks the row, so the count does not change until this unit ends.
      const { requests } = await usage.add({ orgId, period, requests: 0, paidRequests: 0, costMicros: 0 })
      const free = Math.min(count, Math.max(0, (plan.requests ?? Number.MAX_SAFE_INTEGER) - requests))
      const micros = plan.tier.overage ?? 0
      const paid =
        count > free && withCredits && plan.tier.overage !== null
          ? await credits.consume(orgId, { count: count - free, micros, at })
          : 0
      await usage.add({ orgId, period, requests: free + paid, paidRequests: paid, costMicros: paid * micros })
      return Array.from({ length: count }, (_, index) => (index < free ? 'plan' : index < free + paid ? 'credits' : 'none'))
    })
  })
}

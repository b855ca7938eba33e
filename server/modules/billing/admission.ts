import type { Database } from '../../db/database.ts'
import type { CreditStore } from '../../stores/billing/credits.ts'
import type { UsageStore } from '../../stores/billing/usage.ts'
import { inBatches } from './in-batches.ts'
import { monthOf } from './periods.ts'
import type { Plans } from './plans.ts'

/** What lets a request in: the plan's own requests, credits, or nothing. */
export type Admission = 'plan' | 'credits' | 'none'

export interface AdmissionDeps {
  readonly database: Database<{ usage: UsageStore; credits: CreditStore }>
  readonly plans: Plans
  readonly clock: () => number
}

/**
 * Takes requests from what an organisation has left, exactly, however many processes do: the month's count and the credits move in one
 * unit of work. Requests that come in together go together. One that is allowed is counted with that.
 */
export function admissions({ database, plans, clock }: AdmissionDeps, withCredits: boolean) {
  return inBatches<Admission>(async (orgId, count) => {
    const plan = await plans.get(orgId)
    return database.run(async ({ usage, credits }) => {
      const at = clock()
      const period = monthOf(at)
      // Counts nothing and holds the row, so that the count stands still until this unit is through.
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

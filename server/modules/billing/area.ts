import type { BillingConfig } from '../../config/billing.ts'
import { NO_METER } from '../../http/meter.ts'
import type { Outbound } from '../../http/outbound.ts'
import { type BillingAdministrationDeps, billingAdministration } from './administration.ts'
import { type AdmissionDeps, admissions } from './admission.ts'
import { type CreditExpiryDeps, creditExpiry } from './credit-expiry.ts'
import { requestMeter } from './meter.ts'
import { livePlans, type PlansDeps } from './plans.ts'
import { billingReports, type ReportsDeps } from './reports.ts'
import { customerKeyLimit, resourceLimits } from './resource-limits.ts'
import { liveBillingSettings } from './settings.ts'
import { type CheckoutDeps, checkout } from './stripe/checkout.ts'
import { stripeOf } from './stripe/client.ts'
import { type StripeEventsDeps, stripeEvents } from './stripe/events.ts'
import { type TallyDeps, usageTally } from './tally.ts'
import { facilitator } from './x402/facilitator.ts'
import type { LookUp } from './x402/on-chain.ts'
import { type X402Deps, x402Payments } from './x402/x402.ts'

type Databases = PlansDeps &
  TallyDeps &
  AdmissionDeps &
  ReportsDeps &
  BillingAdministrationDeps &
  CheckoutDeps &
  StripeEventsDeps &
  X402Deps &
  CreditExpiryDeps

export interface BillingAreaDeps extends Pick<CreditExpiryDeps, 'templates'> {
  readonly config: BillingConfig
  readonly database: Databases['database'] & Parameters<typeof liveBillingSettings>[0]
  readonly outbound: Outbound
  /** Finds out on its chain whether a payment by x402 was made. */
  readonly lookUp: LookUp
  readonly publicUrl: () => string
  readonly clock: () => number
}

/** Metering, plans and money. */
export function billingArea({ config, outbound, ...base }: BillingAreaDeps) {
  const settings = liveBillingSettings(base.database)
  const plans = livePlans({ ...base, settings })
  const tally = usageTally(base)
  const x402 = x402Payments({ ...base, settings, facilitator: facilitator(outbound) })
  const stripe = stripeOf(config.stripe, outbound)
  const deps = { ...base, plans, tally, settings, stripe }
  return {
    tally,
    creditExpiry: creditExpiry(deps),
    ensurePlan: resourceLimits(deps),
    ensureCustomerKeys: customerKeyLimit(deps),
    meter: config.metering
      ? requestMeter({ ...deps, x402, takeFromPlan: admissions(deps, false), takeFromAny: admissions(deps, true) })
      : NO_METER,
    billing: {
      reports: billingReports(deps),
      administration: billingAdministration(deps),
      checkout: checkout(deps),
      stripeEvents: stripeEvents(deps),
      x402,
      clock: base.clock,
    },
  }
}

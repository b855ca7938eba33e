import { type Repeated, type RepeatReport, repeat } from './interval.ts'

export interface BillingJobsDeps extends RepeatReport {
  readonly creditExpiry: { round(): Promise<void> }
  readonly x402: { settleLeft(): Promise<number> }
}

const HOUR_MS = 3_600_000
/** Payments are valid for a minute; those of a dead process are settled well before that. */
const SETTLE_MS = 5_000

/**
 * Expires credits and warns beforehand, and settles payments whose process died. Several processes can run them: each lot and payment is
 * taken by one. Credits are checked hourly, so a server that was down on the day catches up.
 */
export function billingJobs({ creditExpiry, x402, ...report }: BillingJobsDeps): Repeated[] {
  return [
    repeat(() => creditExpiry.round(), { everyMs: HOUR_MS, ...report, first: () => creditExpiry.round() }),
    repeat(() => x402.settleLeft(), { everyMs: SETTLE_MS, ...report }),
  ]
}

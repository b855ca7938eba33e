import { type Rounds, rounds } from './interval.ts'

export interface BillingRoundsDeps {
  readonly creditExpiry: { round(): Promise<void> }
  readonly x402: { settleLeft(): Promise<number> }
  /** Told of a round that failed; the next one tries again. */
  readonly failed: (error: unknown) => void
}

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/**
 * Ends credits and warns of their end, and settles payments whose process died. Several processes may run them: each lot and payment is
 * taken by one. Credits are looked at hourly, so that a server that was down on the day makes up for it.
 */
export function billingRounds({ creditExpiry, x402, failed }: BillingRoundsDeps): Rounds[] {
  return [
    rounds(() => creditExpiry.round(), { everyMs: HOUR_MS, failed, first: () => creditExpiry.round() }),
    rounds(() => x402.settleLeft(), { everyMs: MINUTE_MS, failed }),
  ]
}

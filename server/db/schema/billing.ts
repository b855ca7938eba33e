/**
 * The tables of metering and money; part of `Schema`. Amounts are whole numbers: `_cents` of a US dollar, `_micros` millionths of one,
 * and `amount` the smallest units of a token, as decimal text.
 */
export interface BillingSchema {
  /** Authenticated requests of an organisation, many in one row; see `usage-pack.ts`. */
  usage_packs: {
    org_id: string
    /** Ids of the latest and of the earliest request: UUIDs of version 7 (RFC 9562), so later ones sort after earlier ones. */
    last_id: string
    first_id: string
    /** The number of requests. */
    events: number
    /** JSON: `agent:<id>`, each once. */
    principals: string
    /** JSON: `GET /v1/…`, each once; the templates of the routes, never a requested path. */
    routes: string
    /** JSON: six numbers for each request. */
    cells: string
  }
  /** The same, one row for each request: written by earlier releases. */
  usage_events: {
    org_id: string
    /** A UUID of version 7 (RFC 9562): later events sort after earlier ones. */
    id: string
    principal_type: string
    principal_id: string
    method: string
    /** The template of the route, never the requested path. */
    endpoint: string
    status_code: number
    price_micros: number
    /** How it was paid: `credits` or `x402`; null if it was free. */
    paid_by: string | null
    created_at: number
  }
  /** Requests of an organisation in one month (`2026-11`) or on one day (`2026-11-29`), UTC. */
  usage_totals: { org_id: string; period: string; requests: number; paid_requests: number; cost_micros: number }
  /** The same for one month, by `principal` (`agent:<id>`) and by `route` (`GET /v1/…`). */
  usage_shares: { org_id: string; month: string; kind: string; name: string; requests: number; cost_micros: number }
  billing_accounts: {
    org_id: string
    overage_method: string
    balance_cents: number
    /** The remainder of the last cent taken from the credits. */
    open_micros: number
    stripe_customer: string | null
    stripe_subscription: string | null
    subscription_status: string | null
    subscription_interval: string | null
    period_end: number | null
    /** The time of the newest event that was applied; older ones are ignored. */
    subscription_event_at: number
  }
  /** A top-up and its remainder. */
  credit_lots: {
    id: string
    org_id: string
    amount_cents: number
    left_cents: number
    created_at: number
    expires_at: number
    /** The last warning to the owners, in days before the end: 30, 7, or null. */
    warned_days: number | null
  }
  /** The ledger: additions, deductions, and the balance after each. `reference` is unique in an organisation. */
  credit_entries: {
    id: string
    org_id: string
    seq: number
    lot_id: string | null
    type: string
    amount_cents: number
    balance_after_cents: number
    description: string
    reference: string
    created_at: number
  }
  /** Proofs of payment by x402, each spent once. */
  x402_payments: {
    proof_hash: string
    org_id: string | null
    operation: string
    payer: string | null
    network: string
    amount: string
    /** JSON of the request to the facilitator to settle. */
    request: string
    /** `reserved`, `settled` or `failed`. */
    state: string
    transaction_hash: string | null
    created_at: number
    /** When a job checks it. */
    due_at: number
    attempts: number
  }
  stripe_events: { id: string; received_at: number }
  /** Refunds and disputes of payments without a known top-up, which can still arrive. */
  stripe_reversals: { reference: string; payment: string; type: string; amount_cents: number; received_at: number }
}

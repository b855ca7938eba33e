import type { Migration } from '../migration.ts'

export const billing: Migration = {
  id: '0014-billing',
  statements: ({ int }) => [
    `CREATE TABLE usage_events (
      org_id TEXT NOT NULL, id TEXT NOT NULL, principal_type TEXT NOT NULL, principal_id TEXT NOT NULL, method TEXT NOT NULL,
      endpoint TEXT NOT NULL, status_code ${int} NOT NULL, price_micros ${int} NOT NULL, paid_by TEXT, created_at ${int} NOT NULL,
      PRIMARY KEY (org_id, id))`,
    'CREATE INDEX usage_events_id ON usage_events (id)',
    `CREATE TABLE usage_totals (
      org_id TEXT NOT NULL, period TEXT NOT NULL, requests ${int} NOT NULL, paid_requests ${int} NOT NULL, cost_micros ${int} NOT NULL,
      PRIMARY KEY (org_id, period))`,
    `CREATE TABLE usage_shares (
      org_id TEXT NOT NULL, month TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, requests ${int} NOT NULL,
      cost_micros ${int} NOT NULL, PRIMARY KEY (org_id, month, kind, name))`,
    `CREATE TABLE billing_accounts (
      org_id TEXT PRIMARY KEY, overage_method TEXT NOT NULL, balance_cents ${int} NOT NULL CHECK (balance_cents >= 0),
      open_micros ${int} NOT NULL CHECK (open_micros >= 0), stripe_customer TEXT UNIQUE, stripe_subscription TEXT,
      subscription_status TEXT, subscription_interval TEXT, period_end ${int}, subscription_event_at ${int} NOT NULL)`,
    `CREATE TABLE credit_lots (
      id TEXT PRIMARY KEY, org_id TEXT NOT NULL, amount_cents ${int} NOT NULL CHECK (amount_cents > 0),
      left_cents ${int} NOT NULL CHECK (left_cents >= 0), created_at ${int} NOT NULL, expires_at ${int} NOT NULL, warned_days ${int})`,
    'CREATE INDEX credit_lots_order ON credit_lots (org_id, expires_at, id)',
    'CREATE INDEX credit_lots_expiry ON credit_lots (expires_at)',
    `CREATE TABLE credit_entries (
      id TEXT PRIMARY KEY, org_id TEXT NOT NULL, seq ${int} NOT NULL, lot_id TEXT, type TEXT NOT NULL, amount_cents ${int} NOT NULL,
      balance_after_cents ${int} NOT NULL, description TEXT NOT NULL, reference TEXT NOT NULL, created_at ${int} NOT NULL,
      UNIQUE (org_id, seq), UNIQUE (org_id, reference))`,
    `CREATE TABLE x402_payments (
      proof_hash TEXT PRIMARY KEY, org_id TEXT, operation TEXT NOT NULL, payer TEXT, network TEXT NOT NULL, amount TEXT NOT NULL,
      request TEXT NOT NULL, state TEXT NOT NULL, transaction_hash TEXT, created_at ${int} NOT NULL, due_at ${int} NOT NULL,
      attempts ${int} NOT NULL)`,
    'CREATE INDEX x402_payments_due ON x402_payments (state, due_at)',
    'CREATE INDEX credit_entries_reference ON credit_entries (reference)',
    `CREATE TABLE stripe_reversals (
      reference TEXT PRIMARY KEY, payment TEXT NOT NULL, type TEXT NOT NULL, amount_cents ${int} NOT NULL, received_at ${int} NOT NULL)`,
    'CREATE INDEX stripe_reversals_payment ON stripe_reversals (payment)',
    `CREATE TABLE stripe_events (id TEXT PRIMARY KEY, received_at ${int} NOT NULL)`,
  ],
}

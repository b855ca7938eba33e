import { sql } from 'kysely'
import type { Handle } from '../../db/database.ts'
import { deleteSome } from '../../db/delete-some.ts'

/** An organisation's subscription, as the payment provider reports it. Instants are epoch milliseconds. */
export interface SubscriptionState {
  readonly subscription: string
  readonly status: string
  readonly interval: string | null
  readonly periodEnd: number | null
  /** The time of the provider's event. */
  readonly toldAt: number
}

/** A refund or dispute of a payment, in cents. */
export interface Reversal {
  readonly reference: string
  readonly payment: string
  readonly type: 'refund' | 'dispute'
  readonly cents: number
}

export type SubscriptionStore = ReturnType<typeof subscriptionStore>

/** The payment provider's customers, subscriptions and events. */
export function subscriptionStore(handle: Handle) {
  const { db, changed } = handle
  return {
    /** False if the event was already applied. */
    async recordOnce(eventId: string, now: number): Promise<boolean> {
      const row = await db
        .insertInto('stripe_events')
        .values({ id: eventId, received_at: now })
        .onConflict(on => on.column('id').doNothing())
        .returning('id')
        .executeTakeFirst()
      return row !== undefined
    },

    /** Serialises the events of one payment until the unit of work ends: a refund must see its top-up, and vice versa. */
    async lockPayment(payment: string, now: number) {
      await db
        .insertInto('stripe_events')
        .values({ id: `payment:${payment}`, received_at: now })
        .onConflict(on => on.column('id').doUpdateSet({ received_at: now }))
        .execute()
    },

    forgetEvents(before: number, most: number) {
      const where = sql`received_at < ${before}`
      return deleteSome(
        handle,
        most,
        { table: 'stripe_events', key: ['id'], where },
        { table: 'stripe_reversals', key: ['reference'], where },
      )
    },

    /** Sets the provider's customer of an organisation, once. Returns the customer that is then stored. */
    async setCustomer(orgId: string, customer: string): Promise<string> {
      const fresh = { org_id: orgId, overage_method: 'credits', balance_cents: 0, open_micros: 0, subscription_event_at: 0 }
      await db
        .insertInto('billing_accounts')
        .values(fresh)
        .onConflict(on => on.column('org_id').doNothing())
        .execute()
      await db
        .updateTable('billing_accounts')
        .set({ stripe_customer: customer })
        .where('org_id', '=', orgId)
        .where('stripe_customer', 'is', null)
        .execute()
      const row = await db.selectFrom('billing_accounts').selectAll().where('org_id', '=', orgId).executeTakeFirstOrThrow()
      return row.stripe_customer as string
    },

    async orgOfCustomer(customer: string): Promise<string | undefined> {
      const query = db.selectFrom('billing_accounts').select('org_id').where('stripe_customer', '=', customer)
      return (await query.executeTakeFirst())?.org_id
    },

    /** The organisation that a payment topped up. */
    async orgOfPayment(reference: string): Promise<string | undefined> {
      const query = db
        .selectFrom('credit_entries')
        .select('org_id')
        .where('reference', '=', reference)
        .where('type', '=', 'topup')
      return (await query.executeTakeFirst())?.org_id
    },

    /** False if a newer event was already applied. */
    async tell(orgId: string, { subscription, status, interval, periodEnd, toldAt }: SubscriptionState): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('billing_accounts')
        .set({
          stripe_subscription: subscription,
          subscription_status: status,
          subscription_interval: interval,
          period_end: periodEnd,
          subscription_event_at: toldAt,
        })
        .where('org_id', '=', orgId)
        .where('subscription_event_at', '<=', toldAt)
        .executeTakeFirst()
      changed(`billing:${orgId}`)
      return numUpdatedRows === 1n
    },

    async keepReversal({ reference, payment, type, cents }: Reversal, now: number) {
      await db
        .insertInto('stripe_reversals')
        .values({ reference, payment, type, amount_cents: cents, received_at: now })
        .onConflict(on => on.column('reference').doNothing())
        .execute()
    },

    /** Takes the reversals that arrived before their payment. */
    async takeReversals(payment: string): Promise<Reversal[]> {
      const rows = await db.deleteFrom('stripe_reversals').where('payment', '=', payment).returningAll().execute()
      return rows.map(row => ({
        reference: row.reference,
        payment,
        type: row.type === 'dispute' ? 'dispute' : 'refund',
        cents: row.amount_cents,
      }))
    },
  }
}

import { randomUUID } from 'node:crypto'
import type { Handle } from '../../db/database.ts'
import { lockRows } from '../../db/row-lock.ts'
import { lotsOf } from './credit-lots.ts'

/** How requests beyond the plan are paid. */
export type OverageMethod = 'credits' | 'x402'

/** Credits of an organisation. Cents of a US dollar. */
export interface CreditAccount {
  readonly overageMethod: OverageMethod
  readonly balanceCents: number
  /** What remains of the last cent that was taken from the balance, in millionths of a dollar */
  readonly openMicros: number
}

/** The reason for a change of the balance. */
export type EntryType = 'topup' | 'consumption' | 'expiry' | 'refund' | 'dispute' | 'dispute_reversal'

/** One line of the ledger. */
export interface CreditEntry {
  readonly id: string
  readonly type: string
  readonly amountCents: number
  readonly balanceAfterCents: number
  readonly description: string
  readonly createdAt: number
}

export interface Change {
  readonly orgId: string
  readonly type: EntryType
  readonly description: string
  /** Unique in the organisation: each reference is applied only once. */
  readonly reference: string
  readonly at: number
}

export type CreditStore = ReturnType<typeof creditStore>

const NO_ACCOUNT: CreditAccount = { overageMethod: 'credits', balanceCents: 0, openMicros: 0 }
const MICROS_IN_CENT = 10_000

/**
 * Prepaid credits: lots, of which the one that expires first is used first, and a ledger. The balance of the account always equals both the
 * sum of the ledger and the remainder of the lots: each change updates all three, in one unit of work that has locked the account.
 */
export function creditStore(handle: Handle) {
  const { db, changed } = handle

  async function lock(orgId: string): Promise<CreditAccount> {
    const fresh = { org_id: orgId, overage_method: 'credits', balance_cents: 0, open_micros: 0, subscription_event_at: 0 }
    await db
      .insertInto('billing_accounts')
      .values(fresh)
      .onConflict(on => on.column('org_id').doNothing())
      .execute()
    const [row] = await lockRows(handle, db.selectFrom('billing_accounts').selectAll().where('org_id', '=', orgId)).execute()
    return row ? accountOf(row) : NO_ACCOUNT
  }

  async function isKnown({ orgId, reference }: Change): Promise<boolean> {
    const query = db.selectFrom('credit_entries').select('id').where('org_id', '=', orgId).where('reference', '=', reference)
    return (await query.executeTakeFirst()) !== undefined
  }

  /** The account is locked, so the last entry is the last until this one is written. */
  async function enter(change: Change, lotId: string, amount: number, before: number): Promise<number> {
    const { orgId, type, description, reference, at } = change
    const last = await db
      .selectFrom('credit_entries')
      .select(eb => eb.fn.max('seq').as('seq'))
      .where('org_id', '=', orgId)
      .executeTakeFirst()
    const balance = before + amount
    await db
      .insertInto('credit_entries')
      .values({
        id: randomUUID(),
        org_id: orgId,
        seq: Number(last?.seq ?? 0) + 1,
        lot_id: lotId,
        type,
        amount_cents: amount,
        balance_after_cents: balance,
        description,
        reference,
        created_at: at,
      })
      .execute()
    await db.updateTable('billing_accounts').set({ balance_cents: balance }).where('org_id', '=', orgId).execute()
    changed(`billing:${orgId}`)
    return balance
  }

  async function take(change: Change, lotId: string, cents: number, before: number): Promise<number> {
    await db
      .updateTable('credit_lots')
      .set(eb => ({ left_cents: eb('left_cents', '-', cents) }))
      .where('id', '=', lotId)
      .execute()
    return enter(change, lotId, -cents, before)
  }

  /** Lots that have expired by `at` are removed before anything is taken. The account is locked. */
  async function expireLocked(orgId: string, at: number, before: number): Promise<number> {
    let balance = before
    for (const lot of await lotsOf(db, orgId).where('expires_at', '<=', at).execute()) {
      const change: Change = {
        orgId,
        type: 'expiry',
        description: 'Credits of 12 months ago expired',
        reference: `expiry:${randomUUID()}`,
        at,
      }
      balance = await take(change, lot.id, Number(lot.left_cents), balance)
    }
    return balance
  }

  return {
    async account(orgId: string): Promise<CreditAccount> {
      const row = await db.selectFrom('billing_accounts').selectAll().where('org_id', '=', orgId).executeTakeFirst()
      return row ? accountOf(row) : NO_ACCOUNT
    },

    async setMethod(orgId: string, method: OverageMethod) {
      await lock(orgId)
      await db.updateTable('billing_accounts').set({ overage_method: method }).where('org_id', '=', orgId).execute()
      changed(`billing:${orgId}`)
    },

    /** Adds a lot. False if the reference was already applied. */
    async topUp(change: Omit<Change, 'type'>, cents: number, expiresAt: number): Promise<boolean> {
      const full: Change = { ...change, type: 'topup' }
      const { balanceCents } = await lock(change.orgId)
      if (await isKnown(full)) return false
      const lot = { id: randomUUID(), org_id: change.orgId, amount_cents: cents, left_cents: cents, warned_days: null }
      await db
        .insertInto('credit_lots')
        .values({ ...lot, created_at: change.at, expires_at: expiresAt })
        .execute()
      await enter(full, lot.id, cents, balanceCents)
      return true
    },

    /**
     * Pays for as many requests at one price as the credits cover, and returns their number. The ledger has whole cents: one is taken if
     * the remainder of the last is not enough, and what is left of it pays for the next request.
     */
    async consume(orgId: string, { count, micros, at }: { count: number; micros: number; at: number }): Promise<number> {
      const account = await lock(orgId)
      let balance = await expireLocked(orgId, at, account.balanceCents)
      const worth = account.openMicros + balance * MICROS_IN_CENT
      const served = micros === 0 ? count : Math.min(count, (worth - (worth % micros)) / micros)
      let open = account.openMicros - served * micros
      let cents = 0
      if (open < 0) {
        const inCent = open % MICROS_IN_CENT
        cents = (inCent - open) / MICROS_IN_CENT + (inCent < 0 ? 1 : 0)
        open += cents * MICROS_IN_CENT
      }
      const part = randomUUID()
      for (const lot of cents > 0 ? await lotsOf(db, orgId).execute() : []) {
        const some = Math.min(cents, Number(lot.left_cents))
        if (some === 0) break
        const reference = `consumption:${part}:${lot.id}`
        const change: Change = { orgId, type: 'consumption', description: 'Requests beyond the plan', reference, at }
        balance = await take(change, lot.id, some, balance)
        cents -= some
      }
      await db.updateTable('billing_accounts').set({ open_micros: open }).where('org_id', '=', orgId).execute()
      return served
    },

    /**
     * Takes back a top-up, or a part of it, as far as it is unused: the balance never goes below zero. Returns the cents taken; 0 also if
     * the reference was already applied, or there is no such top-up.
     */
    async takeBack(change: Change, topUpReference: string, cents: number): Promise<number> {
      const { balanceCents } = await lock(change.orgId)
      if (await isKnown(change)) return 0
      const lot = await lotOf(change.orgId, topUpReference)
      if (!lot) return 0
      const taken = Math.min(cents, Number(lot.left_cents))
      await take(change, lot.id, taken, balanceCents)
      return taken
    },

    /** Restores what an entry took, after a dispute was won. In cents. */
    async giveBack(change: Change, takenReference: string): Promise<number> {
      const { balanceCents } = await lock(change.orgId)
      if (await isKnown(change)) return 0
      const entry = await db
        .selectFrom('credit_entries')
        .select(['lot_id', 'amount_cents'])
        .where('org_id', '=', change.orgId)
        .where('reference', '=', takenReference)
        .executeTakeFirst()
      if (!entry?.lot_id) return 0
      const cents = -Number(entry.amount_cents)
      await db
        .updateTable('credit_lots')
        .set(eb => ({ left_cents: eb('left_cents', '+', cents) }))
        .where('id', '=', entry.lot_id)
        .execute()
      await enter(change, entry.lot_id, cents, balanceCents)
      return cents
    },

    /** Expires lots that are due. */
    async expire(orgId: string, at: number) {
      await expireLocked(orgId, at, (await lock(orgId)).balanceCents)
    },

    /** Newest first. */
    async entries(orgId: string, { limit, offset }: { limit: number; offset: number }): Promise<CreditEntry[]> {
      const rows = await db
        .selectFrom('credit_entries')
        .selectAll()
        .where('org_id', '=', orgId)
        .orderBy('seq', 'desc')
        .limit(limit)
        .offset(offset)
        .execute()
      return rows.map(row => ({
        id: row.id,
        type: row.type,
        amountCents: Number(row.amount_cents),
        balanceAfterCents: Number(row.balance_after_cents),
        description: row.description,
        createdAt: Number(row.created_at),
      }))
    },

    /** The three sums that must be equal: the ledger, the remainders of the lots, and the balance. */
    async sums(orgId: string) {
      const entries = await db
        .selectFrom('credit_entries')
        .select(eb => eb.fn.sum('amount_cents').as('cents'))
        .where('org_id', '=', orgId)
        .executeTakeFirst()
      const lots = await db
        .selectFrom('credit_lots')
        .select(eb => eb.fn.sum('left_cents').as('cents'))
        .where('org_id', '=', orgId)
        .executeTakeFirst()
      const account = await db.selectFrom('billing_accounts').selectAll().where('org_id', '=', orgId).executeTakeFirst()
      return {
        entries: Number(entries?.cents ?? 0),
        lots: Number(lots?.cents ?? 0),
        balance: Number(account?.balance_cents ?? 0),
      }
    },
  }

  function lotOf(orgId: string, topUpReference: string) {
    return db
      .selectFrom('credit_entries as e')
      .innerJoin('credit_lots as l', 'l.id', 'e.lot_id')
      .select(['l.id', 'l.left_cents'])
      .where('e.org_id', '=', orgId)
      .where('e.reference', '=', topUpReference)
      .executeTakeFirst()
  }
}

function accountOf(row: { overage_method: string; balance_cents: number; open_micros: number }): CreditAccount {
  return {
    overageMethod: row.overage_method === 'x402' ? 'x402' : 'credits',
    balanceCents: Number(row.balance_cents),
    openMicros: Number(row.open_micros),
  }
}

import type { Kysely } from 'kysely'
import type { Handle } from '../../db/database.ts'
import { lockRows } from '../../db/row-lock.ts'
import type { Schema } from '../../db/schema/schema.ts'

/** The remaining credits of one top-up: US cents, valid until an instant in epoch milliseconds. */
export interface CreditLot {
  readonly id: string
  readonly orgId: string
  readonly leftCents: number
  readonly expiresAt: number
}

export type CreditLotStore = ReturnType<typeof creditLotStore>

/** The unspent lots of an organisation, the one that expires first before the others. */
export function lotsOf(db: Kysely<Schema>, orgId: string) {
  return db
    .selectFrom('credit_lots')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('left_cents', '>', 0)
    .orderBy('expires_at')
    .orderBy('id')
}

/** The credits that expire, and when. */
export function creditLotStore(handle: Handle) {
  const { db } = handle
  return {
    /** Organisations with unspent credits of a lot that has expired by this instant. */
    async orgsWithEnded(at: number, limit: number): Promise<string[]> {
      const rows = await db
        .selectFrom('credit_lots')
        .select('org_id')
        .distinct()
        .where('left_cents', '>', 0)
        .where('expires_at', '<=', at)
        .limit(limit)
        .execute()
      return rows.map(row => row.org_id)
    },

    /**
     * Marks lots that expire between the two instants and whose owners were not yet warned at this stage; each is returned to only one
     * caller.
     */
    async warn(days: number, from: number, to: number, limit: number): Promise<CreditLot[]> {
      const due = db
        .selectFrom('credit_lots')
        .selectAll()
        .where('left_cents', '>', 0)
        .where('expires_at', '>', from)
        .where('expires_at', '<=', to)
        .where(eb => eb.or([eb('warned_days', 'is', null), eb('warned_days', '>', days)]))
        .orderBy('id')
        .limit(limit)
      const lots = await lockRows(handle, due).execute()
      for (const { id } of lots) await db.updateTable('credit_lots').set({ warned_days: days }).where('id', '=', id).execute()
      return lots.map(lotOfRow)
    },

    /** The credits that expire by an instant, and the first expiry. */
    async ending(orgId: string, from: number, to: number): Promise<{ cents: number; earliest: number | undefined }> {
      const lots = await lotsOf(db, orgId).where('expires_at', '>', from).where('expires_at', '<=', to).execute()
      return {
        cents: lots.reduce((sum, lot) => sum + Number(lot.left_cents), 0),
        earliest: lots[0] && Number(lots[0].expires_at),
      }
    },
  }
}

function lotOfRow(row: { id: string; org_id: string; left_cents: number; expires_at: number }): CreditLot {
  return { id: row.id, orgId: row.org_id, leftCents: Number(row.left_cents), expiresAt: Number(row.expires_at) }
}

import type { Insertable, Selectable } from 'kysely'
import type { Handle } from '../../db/database.ts'
import type { Schema } from '../../db/schema/schema.ts'
import type { HeadRow } from './chaining.ts'
import { type AuditKeys, isVerifiedMacOf, type Verified, verifiedMac } from './mac.ts'

export type CutRow = Selectable<Schema['audit_cuts']>

/** What is known of chains beside their events: up to where they were verified, and what was removed of them. */
export function auditLife({ db }: Pick<Handle, 'db'>, auditKeys: AuditKeys) {
  return {
    /** Up to where this server, or another with the same keys, has verified a chain; undefined when it did not say so itself. */
    verified: async (orgId: string): Promise<Verified | undefined> => {
      const row = await db.selectFrom('audit_verified').selectAll().where('org_id', '=', orgId).executeTakeFirst()
      const keys = auditKeys()
      if (!row || !keys) return undefined
      const { mac, ...verified } = row
      return isVerifiedMacOf(keys.accepted(), verified, mac) ? verified : undefined
    },

    async setVerified(row: Verified): Promise<void> {
      const key = auditKeys()?.current()
      if (!key) return
      const all = { ...row, mac: verifiedMac(key, row) }
      const { org_id: _, ...changed } = all
      await db
        .insertInto('audit_verified')
        .values(all)
        .onConflict(on => on.column('org_id').doUpdateSet(changed))
        .execute()
    },

    /** Chains that were last wholly verified before a time, whoever says so; the longest ago first. */
    unverifiedSince: (time: number, limit: number): Promise<Pick<HeadRow, 'org_id'>[]> =>
      db
        .selectFrom('audit_heads as head')
        .leftJoin('audit_verified as verified', 'verified.org_id', 'head.org_id')
        .select('head.org_id')
        .where('head.seq', '>', 0)
        .where(({ eb, or }) => or([eb('verified.full_at', 'is', null), eb('verified.full_at', '<', time)]))
        .orderBy(({ fn, eb }) => fn.coalesce('verified.full_at', eb.lit(0)))
        .limit(limit)
        .execute(),

    /** The newest cut of a chain, whoever wrote it. */
    lastCut: (orgId: string): Promise<CutRow | undefined> =>
      db.selectFrom('audit_cuts').selectAll().where('org_id', '=', orgId).orderBy('seq', 'desc').limit(1).executeTakeFirst(),

    /** False when there is one of this event already. */
    async addCut(row: Insertable<Schema['audit_cuts']>): Promise<boolean> {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('audit_cuts')
        .values(row)
        .onConflict(on => on.columns(['org_id', 'seq']).doNothing())
        .executeTakeFirst()
      return numInsertedOrUpdatedRows === 1n
    },
  }
}

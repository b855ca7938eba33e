import type { Insertable, Selectable } from 'kysely'
import type { Handle } from '../../db/database.ts'
import type { Schema } from '../../db/schema/schema.ts'
import type { HeadRow } from './chaining.ts'
import { auditIndex } from './index-rows.ts'
import { type AuditKeys, isVerifiedMacOf, type Verified, verifiedMac } from './mac.ts'
import { auditTexts } from './texts.ts'

export type CutRow = Selectable<Schema['audit_cuts']>

/** State of chains apart from their events: the last verified event, and the removed ones. */
export function auditChainState(handle: Pick<Handle, 'db' | 'execute' | 'engine'>, auditKeys: AuditKeys) {
  const { db } = handle
  return {
    /** How far this server, or another with the same keys, has verified a chain; undefined if such a server did not write the record. */
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

    /** Chains whose last complete verification is before a time, the oldest first; the author of the record is not checked. */
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

    /** The newest cut of a chain; its author is not checked. */
    lastCut: (orgId: string): Promise<CutRow | undefined> =>
      db.selectFrom('audit_cuts').selectAll().where('org_id', '=', orgId).orderBy('seq', 'desc').limit(1).executeTakeFirst(),

    /** The newest cuts whose events are not all removed yet; their authors are not checked. */
    unfinishedCuts: (limit: number): Promise<CutRow[]> =>
      db
        .selectFrom('audit_cuts')
        .selectAll()
        .where('finished_at', 'is', null)
        .orderBy('org_id')
        .orderBy('seq')
        .limit(limit)
        .execute(),

    /**
     * The newest checkpoint before which, according to the index, everything happened before a time; undefined if there is none. It is
     * older than the last event.
     */
    checkpointBefore: async (orgId: string, time: number): Promise<Selectable<Schema['audit_checkpoints']> | undefined> => {
      const young = await db
        .selectFrom('audit_stretches')
        .select(({ fn }) => fn.min<number | null>('first_seq').as('first'))
        .where('org_id', '=', orgId)
        .where('max_at', '>=', time)
        .executeTakeFirst()
      const indexed = await auditIndex(handle).indexedTo(orgId)
      const head = await db.selectFrom('audit_heads').select('seq').where('org_id', '=', orgId).executeTakeFirst()
      const last = Math.min((young?.first ?? indexed + 1) - 1, indexed, (head?.seq ?? 0) - 1)
      return db
        .selectFrom('audit_checkpoints')
        .selectAll()
        .where('org_id', '=', orgId)
        .where('seq', '<=', last)
        .orderBy('seq', 'desc')
        .limit(1)
        .executeTakeFirst()
    },

    /** The checkpoints after one event, up to another, in order. */
    checkpointsWithin: (orgId: string, after: number, to: number) =>
      db
        .selectFrom('audit_checkpoints')
        .selectAll()
        .where('org_id', '=', orgId)
        .where('seq', '>', after)
        .where('seq', '<=', to)
        .orderBy('seq')
        .execute(),

    /** Removes the first events up to a number, with their index rows. Returns the count. */
    async removeFirst(orgId: string, to: number, limit: number): Promise<number> {
      const own = db.selectFrom('audit_events').select('seq').where('org_id', '=', orgId).where('seq', '<=', to)
      const events = await own.orderBy('seq').limit(limit).execute()
      const [first, last] = [events[0], events.at(-1)]
      if (!first || !last) return 0
      await auditIndex(handle).forget(orgId, first.seq - 1, last.seq)
      const removed = db.deleteFrom('audit_events').where('org_id', '=', orgId)
      await auditTexts(handle).forget(orgId, last.seq)
      await removed.where('seq', '>=', first.seq).where('seq', '<=', last.seq).execute()
      return events.length
    },

    /** Cleans up after a cut whose events are all removed. The checkpoint of the last of them is kept. */
    async finishCut({ org_id, seq }: Pick<CutRow, 'org_id' | 'seq'>, now: number): Promise<void> {
      await db.deleteFrom('audit_stretches').where('org_id', '=', org_id).where('last_seq', '<=', seq).execute()
      await db.deleteFrom('audit_checkpoints').where('org_id', '=', org_id).where('seq', '<', seq).execute()
      const unfinished = db.updateTable('audit_cuts').set({ finished_at: now }).where('finished_at', 'is', null)
      await unfinished.where('org_id', '=', org_id).where('seq', '<=', seq).execute()
    },

    /** False if this event already has one. */
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

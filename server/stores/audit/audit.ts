import { type Insertable, type Selectable, sql } from 'kysely'
import type { Handle } from '../../db/database.ts'
import type { Schema } from '../../db/schema/schema.ts'
import type { NewEvent } from '../../policy/event.ts'
import { addAll, some } from './adding.ts'
import { auditChainState } from './chain-state.ts'
import { chain, type EventRow, type HeadRow, type TimedEvent } from './chaining.ts'
import { DAY_MS, DAYS, daysOf, KEY_OF, type SumFilter } from './days.ts'
import { frequentActions } from './frequent.ts'
import { HEADS, lockHeads } from './heads.ts'
import { type HourSum, hourSums } from './hours.ts'
import { auditIndex } from './index-rows.ts'
import { EVENTS } from './insert.ts'
import type { AuditKeys } from './mac.ts'
import type { EventFilter } from './matching.ts'
import { eventPage } from './page.ts'
import { lastReadsOf, READS, type Reader, type ReadFilter, readDaysOf, readersOf, readsAmong, readsOf } from './secret-reads.ts'
import { auditTexts } from './texts.ts'

export type CheckpointRow = Selectable<Schema['audit_checkpoints']>
export type MacStartRow = Selectable<Schema['audit_mac_starts']>
export type AuditStore = ReturnType<typeof auditStore>

/** The number of events on a day. */
export interface Sum {
  readonly day: number
  readonly outcome: string
  readonly key: string
  /** PostgreSQL gives sums as text. */
  readonly count: number | string
}

/** All checkpoints of the newest days are listed, and only the last one of each earlier day. */
const NEWEST_CHECKPOINTS = 1000

/** The audit log: one chain of events for each organisation. */
export function auditStore(handle: Handle, keys: AuditKeys) {
  const { db } = handle

  /** Organisations are locked in the order of their ids, so two transactions never wait for each other. */
  async function chainAll(appended: readonly (readonly TimedEvent[])[]): Promise<void> {
    const groups = Map.groupBy(appended.flat(), ({ event }) => event.orgId)
    const heads = await lockHeads(handle, [...groups.keys()].sort())
    const key = keys()?.current()
    const chained = heads.map(head => chain(head, groups.get(head.org_id) ?? [], key))
    const rows = chained.flatMap(chain => chain.rows)
    const moved = chained.map(({ head }) => head)
    await addAll(handle, [some(EVENTS, rows), some(DAYS, daysOf(rows)), some(READS, readsAmong(rows)), some(HEADS, moved)])
  }

  return {
    /**
     * Adds events to the chains of their organisations. This is the last step of the caller's transaction, together with the events of
     * others that commit with it.
     */
    async append(events: readonly NewEvent[], now: number): Promise<void> {
      if (events.length === 0) return
      handle.beforeCommit(
        chainAll,
        events.map(event => ({ event, at: now })),
      )
    },

    page: (filter: EventFilter): Promise<EventRow[]> => eventPage(handle, filter),

    /** The events after a number, in the order of the chain, up to another. */
    following: (orgId: string, after: number, to: number, limit: number): Promise<EventRow[]> =>
      db
        .selectFrom('audit_events')
        .selectAll()
        .where('org_id', '=', orgId)
        .where('seq', '>', after)
        .where('seq', '<=', to)
        .orderBy('seq')
        .limit(limit)
        .execute(),

    index: auditIndex(handle),

    texts: auditTexts(handle),

    life: auditChainState(handle, keys),

    /** The last event of a vault that is not a read; 0 if there is none. Every change in a vault writes an event. */
    lastChange: async (orgId: string, vaultId: string): Promise<number> => {
      const row = await db
        .selectFrom('audit_events')
        .select('seq')
        .where('org_id', '=', orgId)
        .where('vault_id', '=', vaultId)
        .where('action', 'not in', frequentActions())
        .orderBy('seq', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row?.seq ?? 0
    },

    /** Sums by day, both ends included; `by` adds a grouping to the outcome. */
    sums: ({ orgId, from, to, by, actorType, actorId, vaultId }: SumFilter): Promise<Sum[]> => {
      let query = db
        .selectFrom('audit_days')
        .select(({ fn }) => ['day', 'outcome', KEY_OF[by].as('key'), fn.sum<number | string>('count').as('count')])
        .where('org_id', '=', orgId)
        .where('day', '>=', from)
        .where('day', '<=', to)
      if (actorType !== undefined) query = query.where('actor_type', '=', actorType)
      if (actorId !== undefined) query = query.where('actor_id', '=', actorId)
      if (vaultId !== undefined) query = query.where('vault_id', '=', vaultId)
      return query.groupBy(['day', 'outcome', 'key']).orderBy('day').execute() as Promise<Sum[]>
    },

    /** Sums by hour, for the newest hours only: `from` and `to` are hours since 1970. */
    hourSums: (filter: SumFilter): Promise<HourSum[]> => hourSums(handle, filter),

    /** Who has read a secret since a day (UTC, since 1970). */
    readersOf: (orgId: string, secretId: string, from: number) => readersOf(handle, orgId, secretId, from),

    /** Reads of a secret by day, by everyone or by one principal. */
    readDaysOf: (orgId: string, secretId: string, from: number, whose: Reader | undefined) =>
      readDaysOf(handle, orgId, secretId, from, whose),

    /** Which principals have read which secrets, those with the most reads first. */
    reads: (filter: ReadFilter, limit: number) => readsOf(handle, filter, limit),

    /** When secrets were last read, and their number of readers since a day; by everyone, or by one principal. */
    lastReadsOf: (secretIds: readonly string[], from: number, whose: Reader | undefined) =>
      lastReadsOf(handle, secretIds, from, whose),

    head: (orgId: string): Promise<HeadRow | undefined> =>
      db.selectFrom('audit_heads').selectAll().where('org_id', '=', orgId).where('seq', '>', 0).executeTakeFirst(),

    /** Heads that no checkpoint covers yet. */
    movedHeads: (limit: number): Promise<HeadRow[]> =>
      db
        .selectFrom('audit_heads as head')
        .selectAll('head')
        .where('head.seq', '>', 0)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('audit_checkpoints as done')
                .select('done.seq')
                .whereRef('done.org_id', '=', 'head.org_id')
                .whereRef('done.seq', '=', 'head.seq'),
            ),
          ),
        )
        .orderBy('head.org_id')
        .limit(limit)
        .execute(),

    /** The number of events that no checkpoint covers yet, of all organisations. */
    unsigned: async (): Promise<number> => {
      const newest = sql<number>`coalesce((select max(done.seq) from audit_checkpoints as done where done.org_id = head.org_id), 0)`
      const sum = sql<number | string | null>`sum(head.seq - ${newest})`
      const row = await db.selectFrom('audit_heads as head').select(sum.as('events')).executeTakeFirst()
      return Number(row?.events ?? 0)
    },

    /** The newest checkpoint; its author is not checked. */
    lastCheckpoint: (orgId: string): Promise<CheckpointRow | undefined> =>
      db
        .selectFrom('audit_checkpoints')
        .selectAll()
        .where('org_id', '=', orgId)
        .orderBy('seq', 'desc')
        .limit(1)
        .executeTakeFirst(),

    /** The end of a chain's part without MACs; its author is not checked. */
    macStart: (orgId: string): Promise<MacStartRow | undefined> =>
      db.selectFrom('audit_mac_starts').selectAll().where('org_id', '=', orgId).executeTakeFirst(),

    async addMacStart(row: MacStartRow): Promise<void> {
      await db
        .insertInto('audit_mac_starts')
        .values(row)
        .onConflict(on => on.column('org_id').doNothing())
        .execute()
    },

    /** Chains with events, by id, starting after `after`. */
    heads: (after: string, limit: number): Promise<HeadRow[]> =>
      db
        .selectFrom('audit_heads')
        .selectAll()
        .where('seq', '>', 0)
        .where('org_id', '>', after)
        .orderBy('org_id')
        .limit(limit)
        .execute(),

    /** In the order of the chain. */
    checkpoints: (orgId: string): Promise<CheckpointRow[]> => {
      const own = db.selectFrom('audit_checkpoints').where('org_id', '=', orgId)
      const newest = own.select('seq').orderBy('seq', 'desc').limit(NEWEST_CHECKPOINTS)
      const daily = own.select(({ fn }) => fn.max('seq').as('seq')).groupBy(({ eb }) => eb('created_at', '/', DAY_MS))
      return own
        .selectAll()
        .where(({ eb, or, selectFrom }) =>
          or([eb('seq', 'in', selectFrom(newest.as('newest')).select('newest.seq')), eb('seq', 'in', daily)]),
        )
        .orderBy('seq')
        .execute()
    },

    /** Adds a checkpoint after that of event `after`, 0 for the first. False if a newer one exists. */
    async addCheckpoint(row: Insertable<Schema['audit_checkpoints']>, after: number): Promise<boolean> {
      await lockHeads(handle, [row.org_id])
      if (((await this.lastCheckpoint(row.org_id))?.seq ?? 0) !== after) return false
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('audit_checkpoints')
        .values(row)
        .onConflict(on => on.columns(['org_id', 'seq']).doNothing())
        .executeTakeFirst()
      return numInsertedOrUpdatedRows === 1n
    },
  }
}

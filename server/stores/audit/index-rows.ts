import { CompiledQuery } from 'kysely'
import type { Engine, Handle } from '../../db/database.ts'
import { forgetHours, HOURS_KEPT } from './hours.ts'
import { INDEXED_KIND, type IndexedKind } from './kinds.ts'

/**
 * The number of events in one unit of work, for which others wait. Each event has four rows in distant places of the table, so many pages
 * are written; the more events at once, the more of them share a page.
 */
const STRETCH = 1000

/** The terms by which events can be found: a vault, a resource by its id, a secret by its path, a type of resource, or a kind of event. */
export const SUBJECTS = {
  vault: (id: string) => `vault ${id}`,
  /** An id or a path: granted events carry the secret's id, and its path in their details; denied ones only the path. */
  thing: (idOrPath: string) => `thing ${idOrPath}`,
  type: (type: string) => `type ${type}`,
  kind: (kind: IndexedKind | '') => `kind ${kind}`,
}

/** The path in an event's details. They are canonical JSON with one level, and nothing in a path is escaped there. */
const PATH: Record<Engine, string> = {
  sqlite: `details ->> '$.path'`,
  // PostgreSQL's JSON functions are not used: they refuse the whole document if it contains a text that PostgreSQL cannot store.
  postgres: `substring(details FROM '"path":"([A-Za-z0-9_./-]+)"')`,
}

/** An organisation's events after the second parameter, up to the third. */
const STRETCH_OF: Record<Engine, string> = {
  sqlite: 'WHERE org_id = ?1 AND seq > ?2 AND seq <= ?3',
  postgres: 'WHERE org_id = $1 AND seq > $2::bigint AND seq <= $3::bigint',
}

/**
 * `subject, seq`: the subjects of an organisation's events after the second parameter, up to the third. The events themselves are not
 * transferred.
 */
const SUBJECTS_OF = (engine: Engine) => `
    WITH next AS MATERIALIZED (
      SELECT seq,resource_type,resource_id,vault_id,${INDEXED_KIND} AS kind,CASE WHEN details LIKE '%"path":%' THEN ${PATH[engine]} END AS path
      FROM audit_events ${STRETCH_OF[engine]})
    SELECT '${SUBJECTS.thing('')}' || resource_id AS subject,seq FROM next
    UNION ALL SELECT '${SUBJECTS.type('')}' || resource_type,seq FROM next
    UNION ALL SELECT '${SUBJECTS.vault('')}' || vault_id,seq FROM next WHERE vault_id IS NOT NULL
    UNION ALL SELECT '${SUBJECTS.kind('')}' || kind,seq FROM next WHERE kind IS NOT NULL
    UNION ALL SELECT '${SUBJECTS.thing('')}' || path,seq FROM next WHERE path IS NOT NULL`

/** The path that an event is about, or else its resource; patterns are matched on it. */
const PLACE = (engine: Engine) => `coalesce(CASE WHEN details LIKE '%"path":%' THEN ${PATH[engine]} END, resource_id)`

/** The places of the events in a stretch, with the last event of each. */
const PLACES_KEPT = (engine: Engine) => `
  INSERT INTO audit_paths (org_id,path,last_seq)
  SELECT org_id,${PLACE(engine)} AS place,max(seq) FROM audit_events ${STRETCH_OF[engine]} GROUP BY org_id,place ORDER BY place
  ON CONFLICT (org_id,path) DO UPDATE SET last_seq = excluded.last_seq`

/** Those that no later event is about. */
const PLACES_FORGOTTEN = (engine: Engine) => `
  DELETE FROM audit_paths WHERE org_id = ${engine === 'sqlite' ? '?1' : '$1'} AND last_seq <= ${engine === 'sqlite' ? '?3' : '$3::bigint'}
    AND path IN (SELECT ${PLACE(engine)} FROM audit_events ${STRETCH_OF[engine]})`

/** In the order of the table. */
const INSERTED = (engine: Engine) =>
  `INSERT INTO audit_subjects (org_id,subject,seq)
   SELECT ${engine === 'sqlite' ? '?1' : '$1'},subject,seq FROM (${SUBJECTS_OF(engine)}) AS about WHERE true ORDER BY subject,seq
   ON CONFLICT (org_id,subject,seq) DO NOTHING`

const FORGOTTEN = (engine: Engine) =>
  `DELETE FROM audit_subjects
   WHERE org_id = ${engine === 'sqlite' ? '?1' : '$1'} AND (subject,seq) IN (SELECT subject,seq FROM (${SUBJECTS_OF(engine)}) AS about)`

/** The tables for queries, which a job keeps slightly behind the chain. */
export function auditIndex({ db, execute, engine }: Pick<Handle, 'db' | 'execute' | 'engine'>) {
  async function indexedTo(orgId: string): Promise<number> {
    const row = await db.selectFrom('audit_indexed').select('seq').where('org_id', '=', orgId).executeTakeFirst()
    return row?.seq ?? 0
  }

  return {
    /** The last event in the index; 0 if there is none. */
    indexedTo,

    /** Organisations with events that are not in the index yet. */
    behind: async (limit: number): Promise<string[]> => {
      const rows = await db
        .selectFrom('audit_heads as head')
        .leftJoin('audit_indexed as indexed', 'indexed.org_id', 'head.org_id')
        .select('head.org_id')
        .where(({ eb, fn }) => eb('head.seq', '>', fn.coalesce('indexed.seq', eb.lit(0))))
        .limit(limit)
        .execute()
      return rows.map(row => row.org_id)
    },

    /**
     * Indexes the next events of an organisation, up to a limit, in the caller's transaction. True if there are more. Several processes can
     * run it at once.
     */
    async indexNext(orgId: string, most = STRETCH): Promise<boolean> {
      await db
        .insertInto('audit_indexed')
        .values({ org_id: orgId, seq: 0 })
        .onConflict(on => on.doNothing())
        .execute()
      const before = await indexedTo(orgId)
      const next = db
        .selectFrom('audit_events')
        .select(['seq', 'created_at'])
        .where('org_id', '=', orgId)
        .where('seq', '>', before)
      const stretch = await db
        .selectFrom(next.orderBy('seq').limit(most).as('next'))
        .select(({ fn }) => [
          fn.countAll<number | string>().as('events'),
          fn.min<number>('seq').as('first_seq'),
          fn.max<number>('seq').as('last_seq'),
          fn.min<number>('created_at').as('min_at'),
          fn.max<number>('created_at').as('max_at'),
        ])
        .executeTakeFirstOrThrow()
      const { events, ...ends } = stretch
      if (Number(events) === 0) return false
      const { numUpdatedRows } = await db
        .updateTable('audit_indexed')
        .set({ seq: ends.last_seq })
        .where('org_id', '=', orgId)
        .where('seq', '=', before)
        .executeTakeFirst()
      // Another process was faster.
      if (numUpdatedRows === 0n) return false
      await execute(CompiledQuery.raw(INSERTED(engine), [orgId, before, ends.last_seq]))
      await execute(CompiledQuery.raw(PLACES_KEPT(engine), [orgId, before, ends.last_seq]))
      // An index that starts from the beginning counts again.
      await forgetHours({ db }, orgId, before === 0 ? undefined : ends.max_at)
      await execute(CompiledQuery.raw(HOURS_KEPT(engine, STRETCH_OF[engine]), [orgId, before, ends.last_seq]))
      await db
        .insertInto('audit_stretches')
        .values({ org_id: orgId, ...ends })
        .execute()
      return Number(events) === most
    },

    /** Removes the events after one, up to another, from the index, in the transaction that is about to remove them. */
    async forget(orgId: string, after: number, to: number): Promise<void> {
      await execute(CompiledQuery.raw(FORGOTTEN(engine), [orgId, after, to]))
      await execute(CompiledQuery.raw(PLACES_FORGOTTEN(engine), [orgId, after, to]))
    },

    /** The part of the chain that contains everything indexed in this period; undefined if there is nothing. */
    async stretchesOf(orgId: string, from: number, to: number): Promise<{ first: number; last: number } | undefined> {
      const row = await db
        .selectFrom('audit_stretches')
        .select(({ fn }) => [fn.min<number | null>('first_seq').as('first'), fn.max<number | null>('last_seq').as('last')])
        .where('org_id', '=', orgId)
        .where('max_at', '>=', from)
        .where('min_at', '<=', to)
        .executeTakeFirst()
      return row?.first == null || row.last == null ? undefined : { first: row.first, last: row.last }
    },
  }
}

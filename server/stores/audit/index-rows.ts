import { CompiledQuery } from 'kysely'
import type { Engine, Handle } from '../../db/database.ts'
import type { EventRow } from './chaining.ts'
import { statementsByCount, tuples } from './statements.ts'

/** Events of one unit of work: others wait for it to write. */
const STRETCH = 250

/** Parameters of one statement stay below the 32 766 that SQLite takes. */
const ROWS_AT_ONCE = 1000

type IndexedEvent = Pick<EventRow, 'seq' | 'vault_id' | 'resource_id' | 'resource_type' | 'details' | 'created_at'>

/** What somebody may ask for events about: a vault, a thing by its id, a secret by its path, a type of thing. */
export const SUBJECTS = {
  vault: (id: string) => `vault ${id}`,
  /** An id or a path: granted events carry the secret's id, and its path in their details; denied ones only the path. */
  thing: (idOrPath: string) => `thing ${idOrPath}`,
  type: (type: string) => `type ${type}`,
}

/**
 * Of one organisation; each subject with the numbers of its events. One parameter however many rows: to bind three for each would be most of
 * the work.
 */
const INSERTED: Record<Engine, string> = {
  sqlite: `INSERT INTO audit_subjects (org_id,subject,seq)
    SELECT ?,about.value ->> 0,event.value FROM json_each(?) about,json_each(about.value,'$[1]') event
    WHERE true ON CONFLICT (org_id,subject,seq) DO NOTHING`,
  postgres: `INSERT INTO audit_subjects (org_id,subject,seq)
    SELECT $1,about.value ->> 0,event.value::bigint
    FROM jsonb_array_elements($2::jsonb) about,jsonb_array_elements_text(about.value -> 1) event
    ON CONFLICT (org_id,subject,seq) DO NOTHING`,
}

const forgotten = statementsByCount((engine, count) => {
  const rows = tuples(engine, count, 3)
  // PostgreSQL takes what stands alone in VALUES for text.
  const typed = engine === 'postgres' ? rows.replaceAll(/\$\d+\)/g, last => `${last.slice(0, -1)}::bigint)`) : rows
  return `DELETE FROM audit_subjects WHERE (org_id,subject,seq) IN (VALUES ${typed})`
})

/** The tables that questions are answered from, which a job keeps a moment behind the chain. */
export function auditIndex({ db, execute, engine }: Pick<Handle, 'db' | 'execute' | 'engine'>) {
  async function indexedTo(orgId: string): Promise<number> {
    const row = await db.selectFrom('audit_indexed').select('seq').where('org_id', '=', orgId).executeTakeFirst()
    return row?.seq ?? 0
  }

  return {
    /** The last event that the index knows; 0 before the first. */
    indexedTo,

    /** Organisations with events that the index does not know yet. */
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
     * Indexes the next events of an organisation, in the caller's transaction. True when there are more. Several processes may do it at
     * once.
     */
    async indexNext(orgId: string): Promise<boolean> {
      await db
        .insertInto('audit_indexed')
        .values({ org_id: orgId, seq: 0 })
        .onConflict(on => on.doNothing())
        .execute()
      const before = await indexedTo(orgId)
      const events = await db
        .selectFrom('audit_events')
        .select(['seq', 'vault_id', 'resource_id', 'resource_type', 'details', 'created_at'])
        .where('org_id', '=', orgId)
        .where('seq', '>', before)
        .orderBy('seq')
        .limit(STRETCH)
        .execute()
      const [first, last] = [events[0], events.at(-1)]
      if (!first || !last) return false
      const { numUpdatedRows } = await db
        .updateTable('audit_indexed')
        .set({ seq: last.seq })
        .where('org_id', '=', orgId)
        .where('seq', '=', before)
        .executeTakeFirst()
      // Another process was quicker.
      if (numUpdatedRows === 0n) return false
      await execute(CompiledQuery.raw(INSERTED[engine], [orgId, JSON.stringify(bySubject(events))]))
      const times = events.map(event => event.created_at)
      const stretch = { first_seq: first.seq, last_seq: last.seq, min_at: Math.min(...times), max_at: Math.max(...times) }
      await db
        .insertInto('audit_stretches')
        .values({ org_id: orgId, ...stretch })
        .execute()
      return events.length === STRETCH
    },

    /** Takes events out of what the index knows; in the transaction that removes them. */
    async forget(orgId: string, events: readonly IndexedEvent[]): Promise<void> {
      const rows = events.flatMap(event => [...subjectsOf(event)].map(subject => [orgId, subject, event.seq]))
      for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
        const some = rows.slice(at, at + ROWS_AT_ONCE)
        await execute(CompiledQuery.raw(forgotten(engine, some.length), some.flat()))
      }
    },

    /** The part of the chain in which everything that the index knows of these times lies; undefined for none. */
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

/** Each subject with its events, in the order in which the table lies. */
function bySubject(events: readonly IndexedEvent[]): [subject: string, seqs: number[]][] {
  const found = new Map<string, number[]>()
  for (const event of events) {
    for (const subject of subjectsOf(event)) {
      const seqs = found.get(subject)
      if (seqs) seqs.push(event.seq)
      else found.set(subject, [event.seq])
    }
  }
  return [...found].sort(([one], [other]) => (one < other ? -1 : 1))
}

function subjectsOf({ vault_id, resource_id, resource_type, details }: IndexedEvent): ReadonlySet<string> {
  const subjects = new Set([SUBJECTS.thing(resource_id), SUBJECTS.type(resource_type)])
  if (vault_id !== null) subjects.add(SUBJECTS.vault(vault_id))
  const { path } = details.includes('"path"') ? (JSON.parse(details) as { path?: unknown }) : {}
  if (typeof path === 'string') subjects.add(SUBJECTS.thing(path))
  return subjects
}

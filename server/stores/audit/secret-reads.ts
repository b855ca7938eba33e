import { type Selectable, sql } from 'kysely'
import type { Handle } from '../../db/database.ts'
import type { Schema } from '../../db/schema/schema.ts'
import type { Addition } from './adding.ts'
import type { EventRow } from './chaining.ts'
import { DAY_MS } from './days.ts'

type ReadRow = Selectable<Schema['secret_reads']>

const KEY = ['secret_id', 'actor_type', 'actor_id', 'day'] as const satisfies readonly (keyof ReadRow)[]
const COLUMNS = ['org_id', ...KEY, 'count', 'last_at', 'version'] as const satisfies readonly (keyof ReadRow)[]

/** Counts of who reads which secret, in the transaction that adds the events. */
export const READS: Addition<ReadRow> = {
  table: 'secret_reads',
  columns: COLUMNS,
  numbers: ['day', 'count', 'last_at', 'version'],
  alike: ['org_id', 'actor_type', 'actor_id', 'day', 'count', 'last_at'],
  onConflict:
    `ON CONFLICT (${KEY.join(',')}) DO UPDATE SET count = secret_reads.count + excluded.count, ` +
    'last_at = CASE WHEN excluded.last_at > secret_reads.last_at THEN excluded.last_at ELSE secret_reads.last_at END, ' +
    'version = CASE WHEN excluded.last_at >= secret_reads.last_at THEN excluded.version ELSE secret_reads.version END',
}

/** A condition on the details, which are canonical JSON with one level: within a text, quotes have backslashes. */
const VERSION = /"version":(\d+)/

/** The reads among some events: one row for each key, in the order of the keys, so two transactions never wait for each other. */
export function readsAmong(events: readonly EventRow[]): ReadRow[] {
  const rows = new Map<string, ReadRow>()
  for (const { org_id, action, resource_type, resource_id, actor_type, actor_id, created_at, details } of events) {
    // A failed attempt has an outcome, and names the path.
    if (action !== 'secret.read' || resource_type !== 'secret' || details.includes('"outcome"')) continue
    const day = Math.floor(created_at / DAY_MS)
    const key = `${resource_id}\n${actor_type}\n${actor_id}\n${day}`
    const version = Number(VERSION.exec(details)?.[1] ?? 0)
    const known = rows.get(key)
    if (known) {
      known.count += 1
      if (created_at >= known.last_at) known.version = version
      known.last_at = Math.max(known.last_at, created_at)
    } else rows.set(key, { org_id, secret_id: resource_id, actor_type, actor_id, day, count: 1, last_at: created_at, version })
  }
  return [...rows].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row)
}

/** Which reads to count: whose, and on which days (UTC, since 1970, both ends included). */
export interface ReadFilter {
  readonly orgId: string
  readonly from: number
  readonly to: number
  readonly actorType?: string | undefined
  readonly actorId?: string | undefined
  readonly vaultId?: string | undefined
}

/** One secret and who read it. PostgreSQL gives sums as text. */
export interface SecretReads {
  readonly actor_type: string
  readonly actor_id: string
  readonly secret_id: string
  readonly path: string | null
  readonly vault_id: string | null
  readonly count: number | string
  readonly last_at: number | string
}

/** Sums over all matching reads. */
export interface ReadTotals {
  readonly total: number | string | null
  readonly secrets: number | string
  readonly vaults: number | string
}

/** Which principals have read which secrets, those with the most reads first, and the total. */
export async function readsOf(
  { db }: Pick<Handle, 'db'>,
  filter: ReadFilter,
  limit: number,
): Promise<{ rows: SecretReads[]; totals: ReadTotals }> {
  let query = db
    .selectFrom('secret_reads as r')
    .leftJoin('secrets as s', 's.id', 'r.secret_id')
    .where('r.org_id', '=', filter.orgId)
    .where('r.day', '>=', filter.from)
    .where('r.day', '<=', filter.to)
  if (filter.actorType !== undefined) query = query.where('r.actor_type', '=', filter.actorType)
  if (filter.actorId !== undefined) query = query.where('r.actor_id', '=', filter.actorId)
  if (filter.vaultId !== undefined) query = query.where('s.vault_id', '=', filter.vaultId)
  const count = sql<number | string>`sum(r.count)`
  const rows = await query
    .select(['r.actor_type', 'r.actor_id', 'r.secret_id', 's.path', 's.vault_id', count.as('count')])
    .select(({ fn }) => fn.max<number | string>('r.last_at').as('last_at'))
    .groupBy(['r.actor_type', 'r.actor_id', 'r.secret_id', 's.path', 's.vault_id'])
    .orderBy(count, 'desc')
    .orderBy('r.secret_id')
    .limit(limit)
    .execute()
  const totals = await query
    .select([
      sql<number | string | null>`sum(r.count)`.as('total'),
      sql<number | string>`count(distinct r.secret_id)`.as('secrets'),
      sql<number | string>`count(distinct s.vault_id)`.as('vaults'),
    ])
    .executeTakeFirstOrThrow()
  return { rows, totals }
}

/** How often a principal has read a secret since a day, when last, and which version then. */
export interface ReadsOf {
  readonly actor_type: string
  readonly actor_id: string
  /** PostgreSQL gives sums as text. */
  readonly count: number | string
  readonly last_at: number | string
  /** 0 if it was not recorded. */
  readonly version: number | string
}

/** Who has read a secret since a day (UTC, since 1970). */
export async function readersOf({ db }: Handle, orgId: string, secretId: string, from: number): Promise<ReadsOf[]> {
  return db
    .selectFrom('secret_reads as r')
    .select(({ fn, lit, selectFrom }) => [
      'r.actor_type',
      'r.actor_id',
      fn.sum<number | string>('r.count').as('count'),
      fn.max<number | string>('r.last_at').as('last_at'),
      fn
        .coalesce(
          selectFrom('secret_reads as latest')
            .select('latest.version')
            .where('latest.secret_id', '=', secretId)
            .whereRef('latest.actor_type', '=', 'r.actor_type')
            .whereRef('latest.actor_id', '=', 'r.actor_id')
            .orderBy('latest.day', 'desc')
            .limit(1),
          lit(0),
        )
        .as('version'),
    ])
    .where('r.org_id', '=', orgId)
    .where('r.secret_id', '=', secretId)
    .where('r.day', '>=', from)
    .groupBy(['r.actor_type', 'r.actor_id'])
    .execute()
}

/** Reads of a secret by day, since one day; by everyone, or by one principal. */
export async function readDaysOf(
  { db }: Handle,
  orgId: string,
  secretId: string,
  from: number,
  whose: Reader | undefined,
): Promise<{ day: number; count: number | string }[]> {
  return db
    .selectFrom('secret_reads')
    .select(({ fn }) => ['day', fn.sum<number | string>('count').as('count')])
    .where('org_id', '=', orgId)
    .where('secret_id', '=', secretId)
    .where('day', '>=', from)
    .$if(whose !== undefined, query => query.where('actor_type', '=', whose?.type ?? '').where('actor_id', '=', whose?.id ?? ''))
    .groupBy('day')
    .orderBy('day')
    .execute()
}

/** The readers of one secret. */
export interface LastRead {
  readonly secret_id: string
  /** Epoch milliseconds. */
  readonly last_at: number | string
  readonly readers: number | string
}

/** The reader: a person or an agent. */
export interface Reader {
  readonly type: string
  readonly id: string
}

/** When secrets were last read, and their number of readers since a day (UTC, since 1970). */
export async function lastReadsOf(
  { db }: Handle,
  secretIds: readonly string[],
  from: number,
  whose: Reader | undefined,
): Promise<LastRead[]> {
  if (secretIds.length === 0) return []
  return db
    .selectFrom('secret_reads')
    .select(({ fn, eb }) => [
      'secret_id',
      fn.max<number | string>('last_at').as('last_at'),
      fn
        .count<number | string>(eb.case().when('day', '>=', from).then(eb.ref('actor_id')).end())
        .distinct()
        .as('readers'),
    ])
    .where('secret_id', 'in', secretIds)
    .$if(whose !== undefined, query => query.where('actor_type', '=', whose?.type ?? '').where('actor_id', '=', whose?.id ?? ''))
    .groupBy('secret_id')
    .execute()
}

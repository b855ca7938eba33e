import { sql } from 'kysely'
import type { Handle } from '../../db/database.ts'
import { deleteSome } from '../../db/delete-some.ts'
import { eventsOf, leastId, MAX_SPAN_MS, packRow, timeOf, type UsageEvent, type UsagePack } from './usage-pack.ts'

/** Which metered requests to list, newest first. */
export interface EventPage {
  readonly orgId: string
  readonly principal?: { readonly type: string; readonly id: string } | undefined
  readonly limit: number
  /** Only events older than this one. */
  readonly before?: string | undefined
}

/** The number of packs that a page reads first, and at most: busy packs have hundreds of requests, quiet ones have one. */
const FIRST_PACKS = 4
const MAX_PACKS = 64
/** The parameters of one statement stay below the limits of both engines. */
const ROWS_AT_ONCE = 1000

/**
 * Single requests: many of an organisation are in one row of `usage_packs`. `usage_events` has one row for each; earlier releases wrote
 * them, and retention removes the last one three months after an update.
 */
export function usageHistory(handle: Handle) {
  const { db, engine } = handle

  async function packed({ orgId, principal, limit, before }: EventPage): Promise<UsageEvent[]> {
    const name = principal && `${principal.type}:${principal.id}`
    const isOlder = ({ id }: UsageEvent) => before === undefined || id < before
    let query = db.selectFrom('usage_packs').selectAll().where('org_id', '=', orgId)
    if (before !== undefined) query = query.where('first_id', '<', before)
    if (name) query = query.where('principals', 'like', `%"${name}"%`)
    let found: UsageEvent[] = []
    let end = before === undefined ? undefined : leastId(timeOf(before) + MAX_SPAN_MS + 1)
    for (let size = FIRST_PACKS; ; size = Math.min(size * 2, MAX_PACKS)) {
      const below = end === undefined ? query : query.where('last_id', '<', end)
      const rows = await below.orderBy('last_id', 'desc').limit(size).execute()
      found = newest([...found, ...rows.flatMap(row => eventsOf(row, name)).filter(isOlder)], limit)
      end = rows.at(-1)?.last_id
      // No later row has a request that is newer than the last one of this row.
      const isFull = found.length === limit && (found.at(-1)?.id ?? '') >= (end ?? '')
      if (rows.length < size || isFull) return found
    }
  }

  async function single({ orgId, principal, limit, before }: EventPage): Promise<UsageEvent[]> {
    let query = db.selectFrom('usage_events').selectAll().where('org_id', '=', orgId)
    if (principal) query = query.where('principal_type', '=', principal.type).where('principal_id', '=', principal.id)
    if (before !== undefined) query = query.where('id', '<', before)
    const rows = await query.orderBy('id', 'desc').limit(limit).execute()
    return rows.map(row => ({
      id: row.id,
      orgId,
      principalType: row.principal_type,
      principalId: row.principal_id,
      method: row.method,
      endpoint: row.endpoint,
      status: Number(row.status_code),
      priceMicros: Number(row.price_micros),
      paidBy: row.paid_by as UsageEvent['paidBy'],
      at: Number(row.created_at),
    }))
  }

  return {
    async add(packs: readonly UsagePack[]): Promise<void> {
      for (let at = 0; at < packs.length; at += ROWS_AT_ONCE) {
        const rows = packs.slice(at, at + ROWS_AT_ONCE).map(packRow)
        await db.insertInto('usage_packs').values(rows).execute()
      }
    },

    /** Newest first. */
    page: async (page: EventPage): Promise<UsageEvent[]> =>
      newest([...(await packed(page)), ...(await single(page))], page.limit),

    /**
     * Removes the requests from one instant up to another, both at the start of a day; of one organisation or of all. Returns their number.
     */
    async remove({ from, to }: { from: number; to: number }, orgId?: string): Promise<number> {
      const ofOrg = <Q extends { where(column: 'org_id', operator: '=', value: string): Q }>(query: Q): Q =>
        orgId === undefined ? query : query.where('org_id', '=', orgId)
      const packs = db.deleteFrom('usage_packs').where('first_id', '>=', leastId(from)).where('last_id', '<', leastId(to))
      const inPacks = db.selectFrom('usage_packs').select(({ fn }) => fn.sum<number | string | null>('events').as('events'))
      const { events: packed } = await ofOrg(
        inPacks.where('first_id', '>=', leastId(from)).where('last_id', '<', leastId(to)),
      ).executeTakeFirstOrThrow()
      await ofOrg(packs).execute()
      const events = db.deleteFrom('usage_events').where('id', '>=', leastId(from)).where('id', '<', leastId(to))
      const { numDeletedRows } = await ofOrg(events).executeTakeFirst()
      return Number(packed ?? 0) + Number(numDeletedRows)
    },

    /** Removes rows before an instant, up to a limit; a pack only if all of it is older. Returns whether there could be more. */
    forgetBefore(ms: number, most: number): Promise<boolean> {
      const before = leastId(ms)
      const old = sql`id < ${before}`
      // On SQLite they are stored only in the order of their organisations.
      const where = engine === 'sqlite' ? sql`${old} AND org_id IN (SELECT DISTINCT org_id FROM usage_totals)` : old
      return deleteSome(
        handle,
        most,
        { table: 'usage_packs', key: ['org_id', 'last_id'], where: sql`last_id < ${before}` },
        { table: 'usage_events', key: ['org_id', 'id'], where },
      )
    },
  }
}

function newest(events: readonly UsageEvent[], limit: number): UsageEvent[] {
  return [...events].sort((one, other) => (one.id < other.id ? 1 : -1)).slice(0, limit)
}

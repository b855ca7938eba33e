import type { listDenials, listReads } from '../../../src/contract/audit-sums.ts'
import type { QueryOf, ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import type { Database } from '../../db/database.ts'
import { daysOf } from '../../http/checks.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import { detailsOf, type EventRow } from '../../stores/audit/chaining.ts'
import { DAY_MS, textOf } from '../../stores/audit/days.ts'
import { seen } from './visibility.ts'

type Denials = ReplyOf<typeof listDenials>
type Denial = Denials['denials'][number]
type Reads = ReplyOf<typeof listReads>

interface DigestDeps {
  readonly database: Database<{ audit: AuditStore }>
  readonly clock: () => number
}

const DENIED_DAYS = 14
const READ_DAYS = { usual: 7, most: 366 }
/** The maximum number of events that one reply considers. */
const MOST_EVENTS = 2000
const DEFAULT_LIMIT = 50

/** Denials and reads, grouped by principal and place. */
export function auditDigests({ database, clock }: DigestDeps) {
  return {
    async denials(grant: Grant<'audit.read'>, query: QueryOf<typeof listDenials>): Promise<Denials> {
      const asked = { actorId: query.actor_id, actorType: query.actor_type }
      const own = seen(asked, grant)
      const from = query.from === undefined ? clock() - DENIED_DAYS * DAY_MS : Date.parse(query.from)
      const filter = { orgId: grant.orgId, from, vaultId: query.vault_id?.toLowerCase(), ...asked, ...own }
      const rows = own
        ? await database.report(({ audit }) =>
            audit.page({ ...filter, outcomes: ['denied'], order: 'desc', limit: MOST_EVENTS + 1 }),
          )
        : []
      const all = grouped(rows.slice(0, MOST_EVENTS))
      return {
        denials: all.slice(0, query.limit ?? DEFAULT_LIMIT),
        total: all.length,
        is_partial: rows.length > MOST_EVENTS,
      }
    },

    async reads(grant: Grant<'audit.read'>, query: QueryOf<typeof listReads>): Promise<Reads> {
      const { from, to } = daysOf(query, clock(), READ_DAYS)
      const asked = { actorId: query.actor_id, actorType: query.actor_type }
      const own = seen(asked, grant)
      const days = { from: textOf(from), to: textOf(to) }
      if (!own) return { ...days, reads: [], total: 0, secrets: 0, vaults: 0 }
      const filter = { orgId: grant.orgId, from, to, vaultId: query.vault_id?.toLowerCase(), ...asked, ...own }
      const { rows, totals } = await database.report(({ audit }) => audit.reads(filter, query.limit ?? DEFAULT_LIMIT))
      return {
        ...days,
        reads: rows.map(({ path, vault_id, count, last_at, ...row }) => ({
          ...row,
          ...(path !== null && { path }),
          ...(vault_id !== null && { vault_id }),
          count: Number(count),
          last_at: new Date(Number(last_at)).toISOString(),
        })),
        total: Number(totals.total ?? 0),
        secrets: Number(totals.secrets),
        vaults: Number(totals.vaults),
      }
    },
  }
}

/** One entry for each principal, action and place. Events come newest first, and the newest one provides the time and reason. */
function grouped(rows: readonly EventRow[]): Denial[] {
  const all = new Map<string, Denial>()
  for (const row of rows) {
    const details = detailsOf(row)
    const said = (name: string) => (typeof details[name] === 'string' ? { [name]: details[name] } : {})
    const count = typeof details['repeats'] === 'number' ? details['repeats'] : 1
    const resource = typeof details['path'] === 'string' ? details['path'] : row.resource_id
    const key = JSON.stringify([row.actor_type, row.actor_id, row.action, row.vault_id, resource])
    const known = all.get(key)
    if (known) {
      known.count += count
      continue
    }
    all.set(key, {
      actor_type: row.actor_type,
      actor_id: row.actor_id,
      action: row.action,
      ...(row.vault_id !== null && { vault_id: row.vault_id }),
      resource,
      count,
      last_at: new Date(row.created_at).toISOString(),
      seq: row.seq,
      ip_address: row.ip_address,
      ...said('rule'),
      ...said('policy_id'),
      ...said('condition'),
    })
  }
  return [...all.values()]
}

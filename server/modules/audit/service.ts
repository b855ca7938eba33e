import type { z } from 'zod'
import type { Checkpoint, listCheckpoints, listEvents } from '../../../src/contract/audit.ts'
import type { QueryOf, ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import type { SealedEvent } from '../../../src/crypto/audit-chain.ts'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { inBatches } from '../../db/rest-between-batches.ts'
import { invalidField } from '../../http/checks.ts'
import { lineOf, type SigningKeys } from '../../keys/signing-keys.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import { type HeadRow, sealedEvent } from '../../stores/audit/chaining.ts'
import type { EventKind, EventOutcome } from '../../stores/audit/kinds.ts'
import type { MacKeys } from '../../stores/audit/mac.ts'
import type { EventFilter } from '../../stores/audit/matching.ts'
import type { Anchor } from './anchor.ts'
import type { BrokenChain, BrokenChainList } from './broken-chains.ts'
import { cutOf } from './cuts.ts'
import { auditDigests } from './denials-and-reads.ts'
import type { TermsOf } from './naming.ts'
import { type Signing, signedHead } from './signing.ts'
import { auditSummaries } from './summary.ts'
import { indexTexts } from './text-index.ts'
import { seen } from './visibility.ts'

export interface AuditDeps {
  readonly clock: () => number
  readonly database: Database<{ audit: AuditStore }>
  readonly heads: Signing
  readonly distrust: BrokenChainList
  /** The keys that sign heads. */
  readonly signing: SigningKeys
  /** The key of the MACs. */
  readonly auditKeys: MacKeys
  readonly anchor: Pick<Anchor, 'save'>
  readonly termsOf: TermsOf
}

export interface EventPage {
  readonly events: (SealedEvent & { details: Record<string, unknown> })[]
  /** Absent on the last page. */
  readonly nextCursor?: string
}

export type AuditService = ReturnType<typeof auditService>

const DEFAULT_LIMIT = 100
/** The number of heads signed in one call of `checkpointMoved`. */
const HEADS_AT_ONCE = 2000
/** The number of chains indexed in one call of `indexEvents`. */
const ORGS_AT_ONCE = 1000

export function auditService({ database, heads, distrust, anchor, signing, auditKeys, clock, termsOf }: AuditDeps) {
  /** The newest of them covers every event committed before the call, unless signing was refused. */
  async function signedHeads(orgId: string): Promise<z.output<typeof Checkpoint>[]> {
    const head = await database.read(({ audit }) => audit.head(orgId))
    const rows = await database.read(({ audit }) => audit.checkpoints(orgId))
    if (!head || rows.some(row => row.seq === head.seq) || !(await heads.sign(head))) return rows.map(signedHead)
    return (await database.read(({ audit }) => audit.checkpoints(orgId))).map(signedHead)
  }

  return {
    /** Owners and admins see all events of the organisation; everyone else, and confined credentials, see the events that they caused. */
    async events(grant: Grant<'audit.read'>, query: QueryOf<typeof listEvents>): Promise<EventPage> {
      const words = query.q === undefined ? undefined : await termsOf(grant, query.q)
      const filter = { ...filterOf(query, grant.orgId), words }
      const own = seen(filter, grant)
      if (own === undefined) return { events: [] }
      // One more than requested, to know whether there is a next page.
      const rows = await database.report(({ audit }) => audit.page({ ...filter, ...own, limit: filter.limit + 1 }))
      const shown = rows.slice(0, filter.limit)
      const last = shown.at(-1)
      const events = shown.map(sealedEvent)
      return rows.length > shown.length && last ? { events, nextCursor: String(last.seq) } : { events }
    },

    signedHeads,

    /** The proof of the trail: see `signedHeads`, and what was removed. */
    async proof({ orgId }: Grant<'audit.verify'>): Promise<ReplyOf<typeof listCheckpoints>> {
      const checkpoints = await signedHeads(orgId)
      const cut = await cutOf(database, orgId, lineOf(signing), auditKeys)
      const successions = [...signing.successions()]
      return { checkpoints, ...(cut && { cut }), ...(successions.length > 0 && { successions }) }
    },

    /** Signs the heads that moved since they were last signed, except untrusted ones, and returns the untrusted ones. */
    async checkpointMoved(): Promise<readonly BrokenChain[]> {
      const moved = await database.read(({ audit }) => audit.movedHeads(HEADS_AT_ONCE))
      for (const head of moved) await heads.sign(head)
      await anchor.save()
      return distrust.all()
    },

    /** Signs every head except untrusted ones. A signature then proves everything that was written before. */
    async checkpointAll(): Promise<void> {
      for (let after: string | undefined = ''; after !== undefined; ) {
        const some: HeadRow[] = await database.read(({ audit }) => audit.heads(after ?? '', HEADS_AT_ONCE))
        for (const head of some) await heads.sign(head)
        after = some.at(-1)?.org_id
      }
      await anchor.save()
    },

    /**
     * Brings the index of each chain up to its head, one part at a time, with pauses, so no writer waits for it. Events that arrive in the meantime wait
     * for the next call, so a busy chain is not indexed event by event. It stops after the part during which `goesOn` became false; the
     * next call continues there.
     */
    async indexEvents(goesOn = () => true): Promise<void> {
      for (const orgId of await database.read(({ audit }) => audit.index.behind(ORGS_AT_ONCE))) {
        await inBatches(() => database.run(({ audit }) => audit.index.indexNext(orgId)), goesOn)
      }
      await indexTexts(database, goesOn)
    },

    summary: auditSummaries({ database, clock }),
    ...auditDigests({ database, clock }),

    distrusted: distrust.all,
  }
}

function filterOf(query: QueryOf<typeof listEvents>, orgId: string): EventFilter {
  const [from, to] = [instant(query.from), instant(query.to)]
  if (from !== undefined && to !== undefined && from > to) throw invalidField('from', 'is later than to: no event can match')
  return {
    orgId,
    resourceId: query.resource_id,
    resourceType: query.resource_type,
    vaultId: query.vault_id?.toLowerCase(),
    actorId: query.actor_id,
    actorType: query.actor_type,
    action: query.action,
    kinds: query.kinds?.split(',') as EventKind[] | undefined,
    outcomes: query.outcome?.split(',') as EventOutcome[] | undefined,
    from,
    to,
    order: query.order ?? 'desc',
    limit: query.limit ?? DEFAULT_LIMIT,
    offset: query.offset,
    after: cursor(query.cursor),
  }
}

function instant(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text)
}

function cursor(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,15}$/.test(text)) {
    throw new Problem('request.invalid', 'cursor must be the next_cursor of a page.', {
      fields: { cursor: 'is not a next_cursor' },
    })
  }
  return Number(text)
}

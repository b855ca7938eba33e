import type { serverStatus as contract } from '../../../src/contract/health.ts'
import type { ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import type { Database } from '../../db/database.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import { type AuditFacts, partsForOrganisation, partsOfServer, type ServerFacts, worstOf } from './parts.ts'

export interface StatusDeps {
  readonly database: Database<{ audit: AuditStore }>
  readonly version: string
  /** Determines the state of the server. */
  readonly look: () => Promise<ServerFacts>
  /** Audit logs that were changed from outside. */
  readonly distrusted: () => readonly { readonly orgId: string }[]
  /** The number of secrets of an organisation that were changed from outside. */
  readonly changedSecrets: (orgId: string) => number
  /** Epoch milliseconds. */
  readonly clock: () => number
}

export type ServerStatus = ReturnType<typeof serverStatus>

/** The parts are checked at most once in this time, however many callers there are. */
const FRESH_MS = 1000

/** The state of the server, for the people responsible for an organisation or for the server. */
export function serverStatus({ database, version, look, distrusted, changedSecrets, clock }: StatusDeps) {
  let facts: Promise<ServerFacts> | undefined
  let freshUntil = 0

  /** Checked once for all waiting callers, and again a second after the answer. */
  function known(): Promise<ServerFacts> {
    if (facts && performance.now() < freshUntil) return facts
    freshUntil = Number.POSITIVE_INFINITY
    facts = look().finally(() => {
      freshUntil = performance.now() + FRESH_MS
    })
    return facts
  }

  async function auditOf(orgId: string): Promise<AuditFacts> {
    const [head, signed, verified] = await database.read(({ audit }) =>
      Promise.all([audit.head(orgId), audit.lastCheckpoint(orgId), audit.life.verified(orgId)]),
    )
    return {
      changed: distrusted().some(each => each.orgId === orgId),
      changedSecrets: changedSecrets(orgId),
      head: head?.seq ?? 0,
      signed: signed && { seq: signed.seq, at: signed.created_at },
      verified: verified && { seq: verified.seq, at: verified.full_at },
    }
  }

  return async ({ orgId, resource: { runsServer } }: Grant<'server.status'>): Promise<ReplyOf<typeof contract>> => {
    const [found, audit, now] = [await known(), await auditOf(orgId), clock()]
    const parts = [...partsForOrganisation(found, audit, now), ...(runsServer ? partsOfServer(found, now) : [])]
    return { status: worstOf(parts), scope: runsServer ? 'server' : 'organisation', version, parts }
  }
}

import type { serverStatus as contract } from '../../../src/contract/health.ts'
import type { ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import type { Database } from '../../db/database.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import { type AuditFacts, partsForOrganisation, partsOfServer, type ServerFacts, worstOf } from './parts.ts'

export interface StatusDeps {
  readonly database: Database<{ audit: AuditStore }>
  readonly version: string
  /** Finds out how the server is. */
  readonly look: () => Promise<ServerFacts>
  /** Audit logs that were changed from outside. */
  readonly distrusted: () => readonly { readonly orgId: string }[]
  /** How many secrets of an organisation were changed from outside. */
  readonly changedSecrets: (orgId: string) => number
  /** Epoch milliseconds. */
  readonly clock: () => number
}

export type ServerStatus = ReturnType<typeof serverStatus>

/** However many look, the parts are asked once in this time. */
const FRESH_MS = 1000

/** Whether the server is well, for those who answer for an organisation or for the server. */
export function serverStatus({ database, version, look, distrusted, changedSecrets, clock }: StatusDeps) {
  let facts: Promise<ServerFacts> | undefined
  let freshUntil = 0

  /** Asked once for all who wait, and again a second after the answer. */
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

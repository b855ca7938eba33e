import type { secretAccess } from '../../../src/contract/policies.ts'
import type { QueryOf, ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import type { Database } from '../../db/database.ts'
import { pageOf } from '../../http/paging.ts'
import { inSlices } from '../../http/slices.ts'
import { seesAll } from '../../policy/caller.ts'
import type { Circumstances } from '../../policy/conditions.ts'
import { grantEvent, type NewEvent } from '../../policy/event.ts'
import type { Permission, PolicyFacts, VaultFacts } from '../../policy/facts.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AgentStore } from '../../stores/agents.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import { DAY_MS, textOf } from '../../stores/audit/days.ts'
import type { ReadsOf } from '../../stores/audit/secret-reads.ts'
import type { OrgStore } from '../../stores/orgs.ts'
import type { SecretStore } from '../../stores/secrets.ts'
import { type Asked, checkAddress, decided, saidOf } from './decisions.ts'
import { principalsOf } from './principals.ts'

export interface AccessDeps {
  readonly database: Database<{ orgs: OrgStore; agents: AgentStore; secrets: SecretStore; audit: AuditStore }>
  readonly record: (events: readonly NewEvent[]) => Promise<void>
  readonly clock: () => number
}

type Entry = ReplyOf<typeof secretAccess>['principals'][number]

export type Access = ReturnType<typeof access>

/** The number of days in which reads are counted. */
const DAYS = 90

/** The decision for everyone in the organisation, and the actual readers. */
export function access({ database, record, clock }: AccessDeps) {
  return async (grant: Grant<'policy.list'>, query: QueryOf<typeof secretAccess>): Promise<ReplyOf<typeof secretAccess>> => {
    const { path, permission = 'read', ip, include, ...paging } = query
    checkAddress(ip)
    const { vault } = grant.resource
    const now = clock()
    const { items, ...next } = pageOf(
      await principalsOf(database, grant.orgId, now),
      paging,
      ({ who }) => `${who.type}:${who.id}`,
    )
    const { reads, days } = await readsOf(grant, path, now)
    const entries: Entry[] = []
    const at = { ip: ip ?? grant.ip, now }
    await inSlices(items, ({ name, ...asked }) => {
      const { who } = asked
      entries.push({
        principal_type: who.type,
        principal_id: who.id,
        name,
        ...decided(vault, asked, permission, path, at),
        policies: concerned(vault, asked, permission, path, at),
        ...reads.get(`${who.type}:${who.id}`),
      })
    })
    const details = { permission, path, principals: entries.length }
    await record([
      grantEvent(grant, 'policy.explain', { resourceType: 'vault', resourceId: vault.id, vaultId: vault.id, details }),
    ])
    return { path, permission, principals: entries, ...(include === 'days' && { days }), ...next }
  }

  /** Recent readers; as in the log, owners and admins see all of them, others only themselves. */
  async function readsOf(grant: Grant<'policy.list'>, path: string, now: number) {
    const { actor } = grant
    const whose = seesAll(actor) ? undefined : { type: actor.type, id: actor.id }
    const from = Math.floor(now / DAY_MS) - DAYS + 1
    const { readers, days } = await database.read(async ({ secrets, audit }) => {
      const secret = await secrets.head(grant.resource.vault, path)
      if (!secret) return { readers: [], days: [] }
      return {
        readers: await audit.readersOf(grant.orgId, secret.id, from),
        days: await audit.readDaysOf(grant.orgId, secret.id, from, whose),
      }
    })
    const shown = readers.filter(row => !whose || (row.actor_type === whose.type && row.actor_id === whose.id))
    return {
      reads: new Map(shown.map(row => [`${row.actor_type}:${row.actor_id}`, bodyOf(row)])),
      days: days.map(({ day, count }) => ({ day: textOf(day), reads: Number(count) })),
    }
  }
}

function bodyOf({ count, last_at, version }: ReadsOf) {
  return {
    reads_90d: Number(count),
    last_read_at: new Date(Number(last_at)).toISOString(),
    ...(Number(version) > 0 && { last_read_version: Number(version) }),
  }
}

/** The policies that allow it for the principal, and those that would if their conditions were met. */
function concerned(vault: VaultFacts, asked: Asked, permission: Permission, path: string, at: Circumstances): Entry['policies'] {
  return saidOf(vault, asked, permission, path, at)
    .filter(({ verdict }) => verdict === 'grants' || verdict === 'conditions')
    .map(({ policy, verdict }) => ({ ...policyBody(policy), holds: verdict === 'grants' }))
}

function policyBody({ id, pattern, permissions, conditions, expiresAt }: PolicyFacts) {
  return {
    policy_id: id,
    secret_path_pattern: pattern.source,
    permissions: [...permissions],
    conditions: conditions ?? {},
    ...(expiresAt !== null && { expires_at: new Date(expiresAt).toISOString() }),
  }
}

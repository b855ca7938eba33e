import type { z } from 'zod'
import type { AccessRequest } from '../../../src/contract/requests/access-requests.ts'
import { Problem } from '../../../src/problem.ts'
import { filterInSlices, inSlices } from '../../http/slices.ts'
import type { Actor } from '../../policy/actor.ts'
import { isConfined } from '../../policy/caller.ts'
import { withinCeilingsWholly } from '../../policy/decide.ts'
import { denied } from '../../policy/denial.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AccessRequestRow } from '../../stores/requests/access-requests.ts'
import type { AccessRequestDeps, AccessStores } from './ports.ts'

type Body = z.output<typeof AccessRequest>

/** A request as its reader sees it. */
export interface Seen {
  readonly row: AccessRequestRow
  readonly body: Body
  readonly isOwn: boolean
}

export interface Reader {
  readonly actor: Actor
  readonly ip: string
}

/** The current requester; undefined when they no longer exist. */
interface Requester {
  readonly name: string
  readonly generation: number
}

export type Visibility = ReturnType<typeof visibility>

/** Decides who sees which requests: every reader sees their own and those that they can decide. */
export function visibility({ database, authorize, clock }: Pick<AccessRequestDeps, 'database' | 'authorize' | 'clock'>) {
  /** The rows that the reader may see, in their order. */
  async function seen(rows: readonly AccessRequestRow[], reader: Reader): Promise<Seen[]> {
    const now = clock()
    const grants = new Map<string, Grant<'policy.create'> | undefined>()
    for (const { vault_id: vaultId } of rows) {
      if (!grants.has(vaultId)) grants.set(vaultId, await manages(vaultId, reader))
    }
    const { actor } = reader
    const [owned, decided] = [new Set<AccessRequestRow>(), new Set<AccessRequestRow>()]
    const shown = await filterInSlices(rows, row => {
      if (isOwn(row, actor) && concerns(row, actor)) owned.add(row)
      if (decides(row, actor, grants.get(row.vault_id))) decided.add(row)
      return owned.has(row) || decided.has(row)
    })
    const { vaults, requesters } = await database.read(stores => named(stores, shown))
    const all: Seen[] = []
    await inSlices(shown, row => {
      const vault = vaults.get(row.vault_id)
      if (vault === undefined) return
      const requester = requesters.get(row.requester_id)
      const status = statusOf(row, requester?.generation, now)
      const can_decide = decided.has(row) && status === 'pending'
      const body = bodyOf(row, { vault, requester: requester?.name ?? '', status, can_decide })
      all.push({ row, body, isOwn: owned.has(row) })
    })
    return all
  }

  /** The right to create policies in a vault; undefined for a reader without it. */
  async function manages(vaultId: string, { actor, ip }: Reader): Promise<Grant<'policy.create'> | undefined> {
    if (actor.type !== 'user' || isConfined(actor)) return undefined
    try {
      return await authorize('policy.create', actor, { vaultId }, ip)
    } catch (error) {
      if (error instanceof Problem && (error.code === 'policy.denied' || error.code === 'resource.unknown')) return undefined
      throw error
    }
  }

  return {
    seen,
    manages,

    /** @throws Problem `resource.unknown` if it does not exist, `policy.denied` if the reader may not see it */
    async one(orgId: string, id: string, reader: Reader): Promise<Seen> {
      const row = await database.read(({ accessRequests }) => accessRequests.byId(orgId, id))
      if (!row)
        throw new Problem('resource.unknown', 'There is no access request with this id.', {
          hint: 'See `1claw access list --all`.',
        })
      const [found] = await seen([row], reader)
      if (!found) throw denied('requester-or-granter', 'Only the requester, and people who can grant it, see a request.')
      return found
    },
  }
}

function isOwn(row: AccessRequestRow, { type, id }: Actor): boolean {
  return row.requester_type === type && row.requester_id === id
}

/** A confined key of a person sees what it could have requested, not everything that the person requested. */
function concerns({ vault_id: id, secret_path_pattern: wanted }: AccessRequestRow, actor: Actor): boolean {
  return actor.type === 'agent' || withinCeilingsWholly({ id }, actor, wanted)
}

/** The same rules apply as for creating the policy directly; also, nobody decides their own request. */
function decides(row: AccessRequestRow, actor: Actor, grant: Grant<'policy.create'> | undefined): boolean {
  if (!grant || isOwn(row, actor)) return false
  const { secret_path_pattern: pattern, requester_type: principalType, requester_id: principalId } = row
  return grant.resource.mayManage({ pattern, principalType, principalId })
}

async function named({ vaults, agents, accounts }: AccessStores, shown: readonly AccessRequestRow[]) {
  const [first] = shown
  if (!first) return { vaults: new Map<string, string>(), requesters: new Map<string, Requester>() }
  const { org_id: orgId } = first
  const requesters = (type: string) => distinct(shown.filter(row => row.requester_type === type).map(row => row.requester_id))
  const names = await vaults.namesAmong(orgId, distinct(shown.map(row => row.vault_id)))
  const ofAgents = await agents.namesAmong(orgId, requesters('agent'))
  const ofMembers = await accounts.membersAmong(orgId, requesters('user'))
  return {
    vaults: new Map(names.map(({ id, name }) => [id, name])),
    requesters: new Map<string, Requester>([
      ...ofAgents.map(({ id, name, token_generation }) => [id, { name, generation: token_generation }] as const),
      ...ofMembers.map(({ id, email, token_generation }) => [id, { name: email, generation: token_generation }] as const),
    ]),
  }
}

function distinct(ids: readonly string[]): readonly string[] {
  return [...new Set(ids)]
}

/** A request counts as expired if its requester has lost access in the meantime. */
function statusOf(row: AccessRequestRow, generation: number | undefined, now: number): Body['status'] {
  if (row.status === 'pending' && (row.expires_at <= now || row.generation !== generation)) return 'expired'
  return row.status as Body['status']
}

interface Told {
  readonly vault: string
  readonly requester: string
  readonly status: Body['status']
  readonly can_decide: boolean
}

function bodyOf(row: AccessRequestRow, { vault, requester, status, can_decide }: Told): Body {
  const instant = (at: number) => new Date(at).toISOString()
  return {
    id: row.id,
    vault_id: row.vault_id,
    vault_name: vault,
    secret_path_pattern: row.secret_path_pattern,
    permissions: [...row.permissions],
    requester_type: row.requester_type as Body['requester_type'],
    requester_id: row.requester_id,
    requester_name: requester,
    reason: row.reason,
    duration_seconds: row.wanted_ms / 1000,
    status,
    created_at: instant(row.created_at),
    expires_at: instant(row.expires_at),
    ...(row.decided_by !== null && { decided_by: row.decided_by }),
    ...(row.decided_at !== null && { decided_at: instant(row.decided_at) }),
    ...(row.note !== null && { note: row.note }),
    ...(row.policy_id !== null && { policy_id: row.policy_id }),
    ...(row.access_ends_at !== null && { access_expires_at: instant(row.access_ends_at) }),
    can_decide,
  }
}

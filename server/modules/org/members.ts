import { randomUUID } from 'node:crypto'
import type { AGENT_KEYS } from '../../../src/contract/org/org.ts'
import { Problem } from '../../../src/problem.ts'
import { onlyKey } from '../../credentials/agent-keys.ts'
import type { KeyHasher } from '../../credentials/api-keys.ts'
import type { Database } from '../../db/database.ts'
import type { Role } from '../../policy/actor.ts'
import { denied } from '../../policy/denial.ts'
import { type EventDetails, grantEvent } from '../../policy/event.ts'
import type { Action, Grant } from '../../policy/grant.ts'
import type { AccountStore } from '../../stores/accounts.ts'
import type { AgentRow, AgentStore } from '../../stores/agents.ts'
import type { ApiKeyStore } from '../../stores/api-keys.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { MemberRow, OrgStore } from '../../stores/orgs.ts'
import type { PolicyStore } from '../../stores/policies/policies.ts'

export interface MembersDeps {
  readonly database: Database<{
    orgs: OrgStore
    accounts: AccountStore
    apiKeys: ApiKeyStore
    policies: PolicyStore
    agents: AgentStore
    audit: AuditStore
  }>
  readonly keys: KeyHasher
  readonly clock: () => number
}

/** An agent and its new key, shown this once. */
export interface Rotated {
  readonly id: string
  readonly name: string
  readonly api_key: string
}

export type Members = ReturnType<typeof members>

type AgentKeys = (typeof AGENT_KEYS)[number]

/** The number of ids of agents in one event. */
const MOST_NAMED = 20
const RANK: Record<Role, number> = { member: 0, admin: 1, owner: 2 }

/** The members of an organisation and their roles. */
export function members({ database, keys, clock }: MembersDeps) {
  return {
    list: ({ orgId }: Grant<'org.members'>): Promise<MemberRow[]> => database.read(({ orgs }) => orgs.members(orgId)),

    /** A member who loses rights must sign in again: old tokens end. */
    async setRole(grant: Grant<'org.set-role'>, userId: string, role: Role): Promise<MemberRow> {
      const { orgId } = grant
      return database.run(async ({ orgs, accounts, audit }) => {
        const before = await changeable(orgs, grant, userId, role)
        await orgs.setRole(orgId, userId, role)
        if (RANK[role] < RANK[before]) await accounts.endTokens(userId, clock())
        await audit.append([memberEvent(grant, 'org.member_role', userId, { from: before, to: role })], clock())
        const member = await orgs.memberById(orgId, userId)
        if (!member) throw unknownMember()
        return member
      })
    },

    /** Agents whose current key the member was shown. */
    keysSeen: ({ orgId }: Grant<'org.remove-member'>, userId: string): Promise<AgentRow[]> =>
      database.read(async ({ orgs, agents }) => {
        if (!(await orgs.memberById(orgId, userId))) throw unknownMember()
        return agents.keysSeenBy(orgId, userId)
      }),

    /**
     * Removes, together with the membership, the keys created in it, the grants that name the person, and every live token, and rotates or
     * deactivates the agents whose keys the person has seen, as requested. Returns the new keys.
     */
    async remove(grant: Grant<'org.remove-member'>, userId: string, seen: AgentKeys = 'keep'): Promise<Rotated[]> {
      const { orgId } = grant
      return database.run(async ({ orgs, accounts, apiKeys, policies, agents, audit }) => {
        const role = await changeable(orgs, grant, userId, null)
        await orgs.removeMember(orgId, userId)
        await orgs.revokeInvitationsBy(orgId, userId)
        await apiKeys.revokeAll(userId, orgId)
        await policies.removePrincipal('user', userId, { why: 'member removed', now: clock() }, orgId)
        await accounts.endTokens(userId, clock())
        await settleElsewhere({ orgs, accounts }, userId, orgId)
        const known = await agents.keysSeenBy(orgId, userId)
        const details = {
          role,
          agent_keys: seen,
          agent_keys_seen: known.length,
          ...(known.length > 0 && { agents: named(known.map(({ id }) => id)) }),
        }
        await audit.append([memberEvent(grant, 'org.member_remove', userId, details)], clock())
        return endKeysSeen({ agents, audit }, grant, userId, seen)
      })
    },
  }

  async function endKeysSeen(
    { agents, audit }: { agents: AgentStore; audit: AuditStore },
    grant: Grant<'org.remove-member'>,
    userId: string,
    how: AgentKeys,
  ): Promise<Rotated[]> {
    const seen = how === 'keep' ? [] : await agents.keysSeenBy(grant.orgId, userId)
    const rotated: Rotated[] = []
    for (const { id, name, is_active } of seen) {
      if (how === 'rotate') {
        const made = keys.create('agent')
        await agents.update(grant.orgId, id, onlyKey(made, grant.actor.id, clock()), { endTokens: true })
        rotated.push({ id, name, api_key: made.key })
      } else if (is_active) await agents.update(grant.orgId, id, { is_active: false }, { endTokens: true })
      else continue
      const about = { resourceType: 'agent', resourceId: id, details: { key_seen_by: userId } }
      await audit.append([grantEvent(grant, how === 'rotate' ? 'agent.rotate_key' : 'agent.deactivate', about)], clock())
    }
    return rotated
  }

  /**
   * The role of a member whose membership the caller can change. Only an owner can add or remove owners, and the last owner cannot be
   * removed.
   * @param next null for a removal
   */
  async function changeable(orgs: OrgStore, { actor, orgId }: Grant<Action>, userId: string, next: Role | null): Promise<Role> {
    const all = await orgs.lockMembers(orgId)
    const own = all.find(member => member.user_id === actor.id)
    const role = all.find(member => member.user_id === userId)?.role as Role | undefined
    if (role === undefined) throw unknownMember()
    if ((role === 'owner' || next === 'owner') && own?.role !== 'owner') {
      throw denied('owner-only', 'Only an owner can grant or revoke the owner role.')
    }
    const owners = all.filter(member => member.role === 'owner')
    if (role === 'owner' && next !== 'owner' && owners.length === 1) {
      throw denied('last-owner', 'An organisation needs an owner. Make somebody else an owner first.')
    }
    return role
  }

  /** Creates an organisation for a person without one: otherwise the account could not sign in. */
  async function settleElsewhere({ orgs, accounts }: { orgs: OrgStore; accounts: AccountStore }, userId: string, left: string) {
    const user = await accounts.userById(userId)
    if (!user) return
    const [other] = await orgs.ofUser(userId)
    if (other) {
      if (user.org_id === left) await accounts.update(userId, { org_id: other.id })
      return
    }
    const now = clock()
    const own = randomUUID()
    await accounts.addOrg({ id: own, name: user.display_name ?? user.email, is_platform: false, created_at: now })
    await accounts.addMember({ org_id: own, user_id: userId, role: 'owner', created_at: now })
    await accounts.update(userId, { org_id: own })
  }
}

function memberEvent(grant: Grant<Action>, action: string, userId: string, details: EventDetails) {
  return grantEvent(grant, action, { resourceType: 'user', resourceId: userId, details })
}

/** The first of many, as text of limited length. */
function named(ids: readonly string[]): string {
  return ids.length <= MOST_NAMED ? ids.join(',') : `${ids.slice(0, MOST_NAMED).join(',')},…`
}

function unknownMember(): Problem {
  return new Problem('resource.unknown', 'There is no member with this id.')
}

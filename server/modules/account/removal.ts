import { Problem } from '../../../src/problem.ts'
import type { AccountStore } from '../../stores/accounts.ts'
import type { AgentStore } from '../../stores/agents.ts'
import type { OrgStore } from '../../stores/orgs.ts'
import type { PolicyStore } from '../../stores/policies/policies.ts'
import type { VaultStore } from '../../stores/vaults.ts'

/** The stores of everything that depends on an account. */
export interface RemovalStores {
  readonly accounts: AccountStore
  readonly orgs: OrgStore
  readonly agents: AgentStore
  readonly policies: PolicyStore
  readonly vaults: VaultStore
}

/** A membership of an account, with what matters for its removal. */
export interface Belonging {
  readonly orgId: string
  readonly name: string
  readonly isPlatform: boolean
  /** The account is the only member, so the organisation is removed with it. */
  readonly alone: boolean
  /** There are other members, and none of them is an owner. */
  readonly lastOwner: boolean
}

/** The organisations of an account, with their memberships locked until the unit of work ends. */
export async function belongings({ orgs }: Pick<RemovalStores, 'orgs'>, userId: string): Promise<Belonging[]> {
  const mine = await orgs.ofUser(userId)
  const found: Belonging[] = []
  for (const { id, name, is_platform, role } of mine.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const others = (await orgs.lockMembers(id)).filter(member => member.user_id !== userId)
    const lastOwner = role === 'owner' && !others.some(member => member.role === 'owner')
    found.push({
      orgId: id,
      name,
      isPlatform: is_platform,
      alone: others.length === 0,
      lastOwner: lastOwner && others.length > 0,
    })
  }
  return found
}

/**
 * Removes an account and everything that only it could reach, within a unit of work. This dooms the keys of its vaults: they are destroyed
 * after the commit, when nothing can be opened any more.
 */
export async function removeAccount(
  stores: RemovalStores,
  userId: string,
  places: readonly Belonging[],
  now: number,
): Promise<void> {
  const { accounts, orgs, agents, policies, vaults } = stores
  for (const { orgId, alone, lastOwner } of places) {
    await orgs.revokeInvitationsBy(orgId, userId)
    if (lastOwner) await promote(orgs, orgId, userId)
    if (!alone) continue
    for (const vault of await vaults.everyInOrg(orgId)) await vaults.remove(vault.org_id, vault.id)
    await agents.deactivateAll(orgId)
    await orgs.close(orgId)
  }
  await policies.removePrincipal('user', userId, { why: 'account deleted', now })
  await agents.forgetCreator(userId)
  await accounts.remove(userId, now)
}

/** The member with the highest role and the longest membership becomes the owner. */
export async function promote(orgs: OrgStore, orgId: string, removedId: string): Promise<void> {
  const others = (await orgs.lockMembers(orgId)).filter(member => member.user_id !== removedId)
  const heir = others.find(member => member.role === 'admin') ?? others[0]
  if (heir) await orgs.setRole(orgId, heir.user_id, 'owner')
}

/** Platform administrators may remove anyone but the platform's last owner: Problem `request.invalid`. */
export async function removeByAdmin(stores: RemovalStores, userId: string, now: number): Promise<void> {
  const places = await belongings(stores, userId)
  if (places.some(({ isPlatform, alone, lastOwner }) => isPlatform && (alone || lastOwner))) {
    throw new Problem('request.invalid', 'The last owner of the platform cannot be deleted. Make somebody else an owner first.')
  }
  return removeAccount(stores, userId, places, now)
}

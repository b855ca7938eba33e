import { randomUUID } from 'node:crypto'
import { authEvent } from '../../policy/event.ts'
import type { User } from '../../stores/accounts.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import { type Belonging, belongings, promote, type RemovalStores } from './removal.ts'

type FreshStartStores = RemovalStores & { readonly audit: AuditStore }

/**
 * Call this within the unit of work in which the owner of an address has confirmed it. The first time, somebody else could have created and
 * prepared the account, so nothing from before may keep any power (Sudhodanan and Paverd, "Pre-hijacked accounts", USENIX Security 2022).
 *
 * The person gets a new organisation. The old one is closed and its vaults stay sealed in it; if it has other members, it is theirs from
 * then on. Only the platform's organisation is kept: without it nobody could operate the server. The account is left without a password.
 *
 * Returns the id of the organisation that the account now belongs to.
 */
export async function freshStart(
  stores: FreshStartStores,
  user: User,
  { ip, now }: { readonly ip: string; readonly now: number },
): Promise<string> {
  const { accounts, audit } = stores
  if (!(await accounts.prove(user.id, now))) return user.org_id
  const places = await belongings(stores, user.id)
  for (const place of places) await leave(stores, user.id, place, now)
  const platform = places.find(({ isPlatform }) => isPlatform)
  const orgId = platform?.orgId ?? randomUUID()
  if (!platform) {
    await accounts.addOrg({ id: orgId, name: user.display_name ?? user.email, is_platform: false, created_at: now })
    await accounts.addMember({ org_id: orgId, user_id: user.id, role: 'owner', created_at: now })
  }
  await accounts.update(user.id, { org_id: orgId })
  const event = (place: string, action: string) => authEvent(action, { type: 'user', id: user.id, orgId: place }, ip)
  const left = places.filter(({ isPlatform }) => !isPlatform)
  await audit.append([...left.map(place => event(place.orgId, 'org.fresh_start')), event(orgId, 'auth.prove_address')], now)
  return orgId
}

async function leave({ orgs, agents, policies }: FreshStartStores, userId: string, place: Belonging, now: number): Promise<void> {
  const { orgId, isPlatform, alone, lastOwner } = place
  await orgs.revokeInvitationsBy(orgId, userId)
  await policies.removePrincipal('user', userId, { why: 'account restarted', now }, orgId)
  if (isPlatform) return
  if (lastOwner) await promote(orgs, orgId, userId)
  await orgs.removeMember(orgId, userId)
  if (!alone) return
  await agents.deactivateAll(orgId)
  await orgs.close(orgId)
}

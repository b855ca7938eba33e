import type { Database } from '../../db/database.ts'
import type { Actor } from '../../policy/actor.ts'
import { isConfined } from '../../policy/caller.ts'
import { decide } from '../../policy/decide.ts'
import type { VaultFacts } from '../../policy/facts.ts'
import { isLive } from '../../policy/live.ts'
import type { AccountStore } from '../../stores/accounts.ts'
import type { AgentStore } from '../../stores/agents.ts'
import type { ListedShare, Recipient, ShareRow } from '../../stores/shares.ts'
import type { Viewer } from './ports.ts'

export interface PartiesDeps {
  readonly database: Database<{ accounts: AccountStore; agents: AgentStore }>
  readonly clock: () => number
}

/** The creator of a share, in its current state. */
export interface Creator {
  readonly viewer: Viewer
  /** The address of the person behind it; absent if that account no longer exists. */
  readonly email: string | undefined
}

export type Parties = ReturnType<typeof parties>

/** The two sides of a share in their current state: a share ends with the rights of its creator and with its recipient. */
export function parties({ database, clock }: PartiesDeps) {
  return {
    /**
     * The creator, if it is a member or an active agent and can read the secret. Conditions of its policies limit its own requests, not
     * those of the recipient, so they are ignored.
     */
    async creatorOf(share: ListedShare, vault: VaultFacts): Promise<Creator | undefined> {
      const found = share.created_by_type === 'agent' ? await agentBehind(share) : await userBehind(share)
      if (!found) return undefined
      const { scopes, vaultIds, ...creator } = found
      const who = { type: creator.viewer.type, id: share.created_by, scopes, vaultIds }
      const unconditional = { ...vault, policies: vault.policies.map(policy => ({ ...policy, conditions: null, inherited: [] })) }
      return decide(unconditional, who, 'read', share.path, { ip: '0.0.0.0', now: clock() }).allowed ? creator : undefined
    },

    /** The caller as a recipient of shares. A credential that is confined to paths or vaults receives none. */
    async recipient(actor: Actor): Promise<Recipient | undefined> {
      if (isConfined(actor) && actor.type === 'user') return undefined
      const { type, id, orgId } = actor
      if (type === 'agent') return { type, id, orgId }
      const user = await database.read(({ accounts }) => accounts.userById(id))
      return { type, id, orgId, email: user?.email_verified ? user.email : undefined }
    },
  }

  async function userBehind({ created_by, org_id }: ShareRow) {
    const member = await database.read(({ accounts }) => accounts.member(created_by, org_id))
    return member && { viewer: { type: 'user' } as const, email: member.email, scopes: [], vaultIds: [] }
  }

  async function agentBehind({ created_by, org_id }: ShareRow) {
    const agent = await database.read(({ agents }) => agents.byId(org_id, created_by))
    if (!agent || !isLive(agent, clock())) return undefined
    const maker = agent.created_by
    const person = maker === null ? undefined : await database.read(({ accounts }) => accounts.member(maker, agent.org_id))
    return {
      viewer: { type: 'agent', intentsEnabled: agent.intents_api_enabled } as const,
      email: person?.email,
      scopes: agent.scopes,
      vaultIds: agent.vault_ids,
    }
  }
}

/** Whether a share that names its recipient is for this one. */
export function isFor(share: ShareRow, recipient: Recipient): boolean {
  const { recipient_type: wanted, recipient_id: id } = share
  if (wanted === 'external_email') {
    if (recipient.type !== 'user') return false
    return id === null ? recipient.email !== undefined && recipient.email === share.recipient_email : id === recipient.id
  }
  const type = wanted === 'agent' ? 'agent' : 'user'
  return wanted !== 'anyone_with_link' && recipient.type === type && id === recipient.id && share.org_id === recipient.orgId
}

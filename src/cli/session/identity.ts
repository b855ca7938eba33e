import { subjectOf } from './denial.ts'
import type { Session } from './session.ts'

/** The identity of a run, and its credential. */
export interface Identity {
  readonly type: 'user' | 'agent'
  /** E-mail address of a user, name of an agent. */
  readonly name: string
  readonly id: string
  readonly org_id: string
  readonly api_url: string
  readonly profile: string
  /** The source of the credential. */
  readonly credential: string
  readonly expires_at?: string
  /** Its permissions, if they were requested. */
  readonly rights?: Rights
}

/** The permissions of a principal: its role, its confinement, and its vaults. */
export interface Rights {
  /** The role of a person in the organisation. */
  readonly role?: string
  /** Paths to which an agent is confined, whatever its policies allow; empty if it is not confined. */
  readonly scopes?: readonly string[]
  readonly signs_transactions?: boolean
  /** Names of the vaults that it can see. */
  readonly vaults: readonly string[]
}

/** Asks the server, which also proves that the credential is valid. With `rights`, also for its permissions. */
export async function identityOf({ client, credential, target }: Session, { rights = false } = {}): Promise<Identity> {
  const vaults = async () => (await client.call('vaults.list')).vaults.map(({ name }) => name)
  const isAgent =
    credential.kind === 'agent-key' ||
    credential.kind === 'workload' ||
    (credential.kind === 'token' && subjectOf(credential.token).startsWith('agent:'))
  const ends = credential.kind === 'token' && credential.expiresAt !== undefined && { expires_at: credential.expiresAt }
  const place = { api_url: target.apiUrl, profile: target.profileName, credential: credential.from, ...ends }
  if (isAgent) {
    const agent = await client.call('agents.me')
    const may = rights && {
      rights: {
        scopes: agent.scopes ?? [],
        signs_transactions: agent.intents_api_enabled === true,
        vaults: await vaults(),
      },
    }
    return { type: 'agent', name: agent.name, id: agent.id, org_id: agent.org_id, ...place, ...may }
  }
  const user = await client.call('account.me')
  const may = rights && { rights: { role: user.role, vaults: await vaults() } }
  return { type: 'user', name: user.email, id: user.id, org_id: user.org_id, ...place, ...may }
}

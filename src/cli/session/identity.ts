import { subjectOf } from './denial.ts'
import type { Session } from './session.ts'

/** Who a run is, and by which credential. */
export interface Identity {
  readonly type: 'user' | 'agent'
  /** E-mail address of a user, name of an agent. */
  readonly name: string
  readonly id: string
  readonly org_id: string
  readonly api_url: string
  readonly profile: string
  /** Where the credential comes from. */
  readonly credential: string
  readonly expires_at?: string
}

/** Asks the server, so that it is also a proof that the credential is good. */
export async function identityOf({ client, credential, target }: Session): Promise<Identity> {
  const isAgent =
    credential.kind === 'agent-key' ||
    credential.kind === 'workload' ||
    (credential.kind === 'token' && subjectOf(credential.token).startsWith('agent:'))
  const ends = credential.kind === 'token' && credential.expiresAt !== undefined && { expires_at: credential.expiresAt }
  const place = { api_url: target.apiUrl, profile: target.profileName, credential: credential.from, ...ends }
  if (isAgent) {
    const agent = await client.call('agents.me')
    return { type: 'agent', name: agent.name, id: agent.id, org_id: agent.org_id, ...place }
  }
  const user = await client.call('account.me')
  return { type: 'user', name: user.email, id: user.id, org_id: user.org_id, ...place }
}

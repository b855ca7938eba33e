import type { Contract } from '../../../../src/contract/all.ts'
import { daysUntil } from '../../time.ts'

export type Agent = Contract['agents.get']['reply']
export type AuthMethod = Agent['auth_method']

/** The name of each sign-in method, in lists. */
export const METHODS: Readonly<Record<AuthMethod, string>> = {
  api_key: 'API key',
  mtls: 'Client certificate',
  oidc_client_credentials: 'OIDC token',
}

/** Whether an agent can sign in now. `expiring`: it can, but not for much longer. */
export type Status = 'active' | 'expiring' | 'expired' | 'inactive'

/** Days of warning before an agent expires. */
const WARN_DAYS = 14

export function statusOf({ is_active, expires_at }: Pick<Agent, 'is_active' | 'expires_at'>, now: Date): Status {
  if (!is_active) return 'inactive'
  if (expires_at === undefined) return 'active'
  const days = daysUntil(new Date(expires_at), now)
  return days < 0 ? 'expired' : days < WARN_DAYS ? 'expiring' : 'active'
}

/** Who may change an agent, shown to people who may not. */
export const ONLY_ITS_PEOPLE = 'Only owners, admins and the person who registered this agent can do this. Ask one of them.'

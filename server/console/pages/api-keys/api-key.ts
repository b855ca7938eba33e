import type { Contract } from '../../../../src/contract/all.ts'
import { daysUntil } from '../../time.ts'

export type ApiKey = Contract['api-keys.list']['reply']['keys'][number]

/** Days of warning before a key ends. */
const WARN_DAYS = 14

export function statusOf({ is_active, expires_at }: ApiKey, now: Date): 'active' | 'expiring' | 'expired' | 'revoked' {
  if (!is_active) return 'revoked'
  if (expires_at === undefined) return 'active'
  const days = daysUntil(new Date(expires_at), now)
  return days < 0 ? 'expired' : days < WARN_DAYS ? 'expiring' : 'active'
}

/** Whether it still signs in. */
export function isLive(key: ApiKey, now: Date): boolean {
  return ['active', 'expiring'].includes(statusOf(key, now))
}

/** Whether it is confined to paths, and so manages nothing. A scope with a colon is a label. */
export function confines({ scopes }: Pick<ApiKey, 'scopes'>): boolean {
  return scopes.some(scope => !scope.includes(':'))
}

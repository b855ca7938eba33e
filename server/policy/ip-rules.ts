import type { Actor } from './actor.ts'
import { inAnyRange } from './conditions.ts'

/** A rule of an organisation about the addresses of its members and agents. */
export interface IpRule {
  readonly type: 'allow' | 'deny'
  /** An address or a CIDR range, v4 or v6. */
  readonly cidr: string
  readonly appliesTo: 'all' | 'users' | 'agents'
}

/** Whether the rules allow an address: a matching deny wins; if there is any allow rule, all other addresses are denied. */
export function admits(rules: readonly IpRule[], type: Actor['type'], ip: string): boolean {
  const mine = rules.filter(({ appliesTo }) => appliesTo === 'all' || appliesTo === `${type}s`)
  const matching = (wanted: IpRule['type']) => mine.filter(rule => rule.type === wanted).map(rule => rule.cidr)
  if (inAnyRange(ip, matching('deny'))) return false
  const allowed = matching('allow')
  return allowed.length === 0 || inAnyRange(ip, allowed)
}

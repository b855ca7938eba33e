import type { Database } from '../../db/database.ts'
import { liveCache } from '../../db/live-cache.ts'
import type { Actor } from '../../policy/actor.ts'
import { denied } from '../../policy/denial.ts'
import { admits, type IpRule } from '../../policy/ip-rules.ts'
import type { IpRuleRow, IpRuleStore } from '../../stores/ip-rules.ts'

const MAX_CACHED = 10_000

/** Admits a caller, or throws Problem `policy.denied`. Returns a promise only if the rules are not cached. */
export type IpFilter = (actor: Actor, ip: string) => void | Promise<void>

/** The current rules of the caller's organisation; every change drops them from the cache. */
export function ipFilter(database: Database<{ ipRules: IpRuleStore }>): IpFilter {
  const cache = liveCache<string, readonly IpRule[]>({
    database,
    topic: orgId => `ip-rules:${orgId}`,
    max: MAX_CACHED,
    load: async orgId => (await database.read(({ ipRules }) => ipRules.inOrg(orgId))).map(ruleOf),
  })
  return (actor, ip) => {
    const rules = cache.get(actor.orgId)
    return rules instanceof Promise ? rules.then(loaded => ensure(loaded, actor, ip)) : ensure(rules, actor, ip)
  }
}

function ensure(rules: readonly IpRule[], actor: Actor, ip: string): void {
  if (rules.length === 0 || admits(rules, actor.type, ip)) return
  throw denied('ip-rule', 'The IP rules of the organisation do not allow your address.', { reason: 'ip-rule' })
}

export function ruleOf({ rule_type, cidr, applies_to }: IpRuleRow): IpRule {
  return { type: rule_type as IpRule['type'], cidr, appliesTo: applies_to as IpRule['appliesTo'] }
}

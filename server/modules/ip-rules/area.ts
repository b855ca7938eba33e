import { ipFilter } from './filter.ts'
import { type IpRulesDeps, ipRulesService } from './service.ts'

/** The addresses an organisation is reached from. */
export function ipRuleArea(deps: IpRulesDeps) {
  return { ipRules: ipRulesService(deps), filterAddress: ipFilter(deps.database) }
}

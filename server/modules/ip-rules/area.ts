import { ipFilter } from './filter.ts'
import { type IpRulesDeps, ipRulesService } from './service.ts'

/** The addresses from which an organisation can be reached. */
export function ipRuleArea(deps: IpRulesDeps) {
  return { ipRules: ipRulesService(deps), filterAddress: ipFilter(deps.database) }
}

import { addIpRule, listIpRules, removeIpRule } from '../../../src/contract/ip-rules.ts'
import type { Mount } from '../../http/mount.ts'
import { pageReply } from '../../http/paging.ts'
import type { IpRuleRow } from '../../stores/ip-rules.ts'
import type { IpRules } from './service.ts'

export function ipRuleRoutes(mount: Mount, rules: IpRules): void {
  mount(listIpRules, async ({ grant, query }) =>
    pageReply('rules', await rules.list(grant), query, { idOf: ({ id }) => id, body: ruleBody }),
  )
  mount(addIpRule, async ({ grant, body }) => ruleBody(await rules.add(grant, body)))
  mount(removeIpRule, async ({ grant, params }) => {
    await rules.remove(grant, params.rule_id)
    return undefined
  })
}

function ruleBody(row: IpRuleRow) {
  return {
    id: row.id,
    org_id: row.org_id,
    rule_type: row.rule_type,
    cidr: row.cidr,
    ...(row.label !== null && { label: row.label }),
    applies_to: row.applies_to,
    created_by: row.created_by,
    created_at: new Date(row.created_at).toISOString(),
  }
}

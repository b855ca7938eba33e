import { randomUUID } from 'node:crypto'
import type { addIpRule } from '../../../src/contract/ip-rules.ts'
import type { BodyOf } from '../../../src/contract/schema/endpoint.ts'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { invalidField } from '../../http/checks.ts'
import { isRange } from '../../policy/conditions.ts'
import { grantEvent } from '../../policy/event.ts'
import type { Grant } from '../../policy/grant.ts'
import { admits } from '../../policy/ip-rules.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { PlanStore } from '../../stores/billing/plans.ts'
import type { EnsureRoom, ResourceCountStore } from '../../stores/billing/resource-counts.ts'
import type { IpRuleRow, IpRuleStore } from '../../stores/ip-rules.ts'
import { ruleOf } from './filter.ts'

export interface IpRulesDeps {
  readonly database: Database<{ ipRules: IpRuleStore; plans: PlanStore; resourceCounts: ResourceCountStore; audit: AuditStore }>
  readonly ensureRoom: EnsureRoom
  readonly clock: () => number
}

export type IpRules = ReturnType<typeof ipRulesService>

/** The addresses that an organisation allows. No change can lock out the person who makes it. */
export function ipRulesService({ database, ensureRoom, clock }: IpRulesDeps) {
  return {
    list: ({ orgId }: Grant<'ip-rule.list'>): Promise<IpRuleRow[]> => database.read(({ ipRules }) => ipRules.inOrg(orgId)),

    async add(grant: Grant<'ip-rule.add'>, body: BodyOf<typeof addIpRule>): Promise<IpRuleRow> {
      const cidr = body.cidr.trim()
      if (!isRange(cidr)) throw invalidField('cidr', 'must be an IP address or a CIDR range')
      const row: IpRuleRow = {
        id: randomUUID(),
        org_id: grant.orgId,
        rule_type: body.rule_type === 'allow' ? 'allow' : 'deny',
        cidr,
        label: body.label || null,
        applies_to: body.applies_to ?? 'all',
        created_by: grant.actor.id,
        created_at: clock(),
      }
      await database.run(async stores => {
        const { ipRules, audit } = stores
        const rules = await ipRules.locked(grant.orgId)
        await ensureRoom(stores, grant.orgId, 'ipRules')
        if (locksOut([...rules, row], grant)) throw invalidField('cidr', 'would lock you out: it excludes your own address')
        await ipRules.add(row)
        const { id, rule_type, applies_to } = row
        await audit.append([event(grant, 'org.ip_rule_add', id, { rule_type, cidr, applies_to })], row.created_at)
      })
      return row
    },

    async remove(grant: Grant<'ip-rule.remove'>, id: string): Promise<void> {
      await database.run(async ({ ipRules, audit }) => {
        const rules = await ipRules.locked(grant.orgId)
        if (!rules.some(rule => rule.id === id)) throw new Problem('resource.unknown', 'There is no rule with this id.')
        if (
          locksOut(
            rules.filter(rule => rule.id !== id),
            grant,
          )
        ) {
          throw new Problem('request.invalid', 'Without this rule, the others would lock you out: they exclude your own address.')
        }
        await ipRules.remove(grant.orgId, id)
        await audit.append([event(grant, 'org.ip_rule_remove', id, {})], clock())
      })
    },
  }
}

function locksOut(rules: readonly IpRuleRow[], { actor, ip }: Pick<Grant<'ip-rule.add'>, 'actor' | 'ip'>): boolean {
  return !admits(rules.map(ruleOf), actor.type, ip)
}

function event(grant: Grant<'ip-rule.add' | 'ip-rule.remove'>, action: string, id: string, details: Record<string, string>) {
  return grantEvent(grant, action, { resourceType: 'ip_rule', resourceId: id, details })
}

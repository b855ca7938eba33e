import { z } from 'zod'
import { endpoint } from './schema/endpoint.ts'
import { Instant, text, Uuid } from './schema/fields.ts'
import { nextCursor, pageQuery } from './schema/pages.ts'

export const RULE_TYPES = ['allow', 'deny', 'block'] as const
export const APPLIES_TO = ['all', 'users', 'agents'] as const

const Rule = z.object({
  id: Uuid,
  org_id: Uuid,
  rule_type: z.string(),
  cidr: z.string(),
  label: z.string().optional(),
  applies_to: z.string(),
  created_by: z.string(),
  created_at: Instant,
})

export const listIpRules = endpoint({
  id: 'ip-rules.list',
  method: 'GET',
  path: '/v1/security/ip-rules',
  summary: 'List the IP rules of the organisation.',
  auth: 'user',
  action: 'ip-rule.list',
  audit: null,
  query: z.object(pageQuery),
  status: 200,
  reply: z.object({ rules: z.array(Rule), ...nextCursor }),
})

export const addIpRule = endpoint({
  id: 'ip-rules.add',
  method: 'POST',
  path: '/v1/security/ip-rules',
  summary: 'Add an IP rule. For owners and admins.',
  description:
    'Takes effect on the next request. `block` means `deny`. A matching deny rule takes precedence. If any allow rule applies, every other address is denied. A rule that would lock its own author out is refused.',
  auth: 'user',
  action: 'ip-rule.add',
  audit: 'org.ip_rule_add',
  grants: 'ip-rule',
  body: z.object({
    rule_type: z.enum(RULE_TYPES),
    cidr: text(64, 1),
    label: text(255).optional(),
    applies_to: z.enum(APPLIES_TO).optional(),
  }),
  status: 201,
  reply: Rule,
  problems: [403],
})

export const removeIpRule = endpoint({
  id: 'ip-rules.remove',
  method: 'DELETE',
  path: '/v1/security/ip-rules/{rule_id}',
  summary: 'Remove an IP rule. For owners and admins.',
  auth: 'user',
  action: 'ip-rule.remove',
  audit: 'org.ip_rule_remove',
  params: z.object({ rule_id: Uuid }),
  status: 204,
  problems: [403, 404],
})

/** The operations of this file, for the endpoint table. */
export const ipRulesEndpoints = [listIpRules, addIpRule, removeIpRule] as const

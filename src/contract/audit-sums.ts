import { z } from 'zod'
import { endpoint } from './schema/endpoint.ts'
import { Instant, InstantInput, text, Uuid } from './schema/fields.ts'
import { DAY } from './schema/forms.ts'

/** The kinds of principals that events name. */
export const ActorType = z.enum(['user', 'agent', 'anonymous', 'system'])

const Day = z.string().regex(DAY)

export const auditSummary = endpoint({
  id: 'audit.summary',
  method: 'GET',
  path: '/v1/audit/summary',
  summary: 'Count the audit events of each day, or hour, and how many of them were denied or failed.',
  description:
    'Covers at most 366 UTC days, both ends included; the last 14 by default. With `hours`, up to 48, it covers the newest hours instead, the present one included: `from` and `to` are the starts of the first and last hour, and each entry of `sums` also has its UTC `hour`, from 0 to 23. `by` groups the counts by who acted (`user:<id>`, `agent:<id>`), by action or by vault. The `top` largest groups are listed (default: 20); the rest is `others`. Counts are maintained as events are written, so a long log costs no more than a short one. Repetitions that are recorded as one event are counted. Owners and admins get those of the organisation, members and agents their own, an API key that is confined to paths none (403).',
  auth: 'user-or-agent',
  action: 'audit.read',
  problems: [403],
  audit: null,
  query: z.object({
    from: Day.optional(),
    to: Day.optional(),
    /** The number of hours to count hour by hour; not with `from` or `to`. */
    hours: z.int().min(1).max(48).optional(),
    by: z.enum(['none', 'actor', 'action', 'vault']).optional(),
    actor_type: ActorType.optional(),
    actor_id: text(64).optional(),
    vault_id: Uuid.optional(),
    /** The number of separate keys; those with fewer events are summed up as `others`. */
    top: z.int().min(1).max(500).optional(),
  }),
  status: 200,
  reply: z.object({
    from: z.string(),
    to: z.string(),
    total: z.int(),
    denied: z.int(),
    failed: z.int(),
    /** A day, or hour, and a key without events is left out. `hour` is there if hours were requested. */
    sums: z.array(
      z.object({
        day: z.string(),
        hour: z.int().optional(),
        key: z.string(),
        total: z.int(),
        denied: z.int(),
        failed: z.int(),
      }),
    ),
  }),
})

const Actor = { actor_type: ActorType.optional(), actor_id: text(64).optional(), vault_id: Uuid.optional() }

export const listDenials = endpoint({
  id: 'audit.denials',
  method: 'GET',
  path: '/v1/audit/denials',
  summary: 'List recent denials, grouped by principal and resource, newest first.',
  description:
    'One entry for each principal, action, vault and path, with how often it was denied, when last, and by which rule then. Covers the newest 2000 events since `from` (default: 14 days ago); `is_partial` says that there are more. Owners and admins get those of the organisation, members and agents their own, an API key that is confined to paths none (403).',
  auth: 'user-or-agent',
  action: 'audit.read',
  problems: [403],
  audit: null,
  query: z.object({ ...Actor, from: InstantInput.optional(), limit: z.int().min(1).max(200).optional() }),
  status: 200,
  reply: z.object({
    denials: z.array(
      z.object({
        actor_type: z.string(),
        actor_id: z.string(),
        action: z.string(),
        vault_id: z.string().optional(),
        /** The path of the secret or the id of the object; empty if there is none. */
        resource: z.string(),
        /** Includes the repeats that one event represents. */
        count: z.int(),
        last_at: Instant,
        /** The number of the latest of these events. */
        seq: z.int(),
        ip_address: z.string(),
        rule: z.string().optional(),
        policy_id: z.string().optional(),
        condition: z.string().optional(),
      }),
    ),
    /** The total, including those beyond `limit`. */
    total: z.int(),
    is_partial: z.boolean(),
  }),
})

export const listReads = endpoint({
  id: 'audit.reads',
  method: 'GET',
  path: '/v1/audit/reads',
  summary: 'List recent reads of secrets, by reader and count, most read first.',
  description:
    'Covers UTC days, both ends included; the last 7 by default. Counts are maintained as events are written, so a long log costs no more than a short one. Owners and admins get those of the organisation, members and agents their own, an API key that is confined to paths none (403).',
  auth: 'user-or-agent',
  action: 'audit.read',
  problems: [403],
  audit: null,
  query: z.object({ ...Actor, from: Day.optional(), to: Day.optional(), limit: z.int().min(1).max(200).optional() }),
  status: 200,
  reply: z.object({
    from: z.string(),
    to: z.string(),
    reads: z.array(
      z.object({
        actor_type: z.string(),
        actor_id: z.string(),
        secret_id: z.string(),
        /** Absent if the secret, or its vault, no longer exists. */
        path: z.string().optional(),
        vault_id: z.string().optional(),
        count: z.int(),
        last_at: Instant,
      }),
    ),
    /** Totals including the entries that `limit` left out: reads, different secrets, and their vaults. */
    total: z.int(),
    secrets: z.int(),
    vaults: z.int(),
  }),
})

/** The operations of this file, for the endpoint table. */
export const auditSumEndpoints = [auditSummary, listDenials, listReads] as const

import { z } from 'zod'
import { endpoint } from './schema/endpoint.ts'
import { FreeObject, Instant, InstantInput, text, Uuid } from './schema/fields.ts'
import { DAY } from './schema/forms.ts'

export const AuditEvent = z.object({
  id: Uuid,
  action: z.string(),
  actor_id: z.string(),
  actor_type: z.string(),
  resource_type: z.string(),
  resource_id: z.string(),
  /** The vault it happened in, where there is one. */
  vault_id: z.string().optional(),
  org_id: Uuid,
  details: FreeObject,
  ip_address: z.string(),
  created_at: Instant,
  seq: z.int(),
  prev_event_id: z.string(),
  integrity_hash: z.string(),
})

const ActorType = z.enum(['user', 'agent', 'anonymous', 'system'])

const query = z.object({
  /** The id of the thing or, of a secret, its path in any vault. */
  resource_id: text(600).optional(),
  resource_type: text(64).optional(),
  vault_id: Uuid.optional(),
  actor_id: text(64).optional(),
  actor_type: ActorType.optional(),
  action: text(64).optional(),
  from: InstantInput.optional(),
  to: InstantInput.optional(),
  limit: z.int().min(1).max(1000).optional(),
  offset: z.int().min(0).max(10_000_000).optional(),
  cursor: text(64).optional(),
  order: z.enum(['asc', 'desc']).optional(),
})

const events = {
  method: 'GET',
  auth: 'user-or-agent',
  action: 'audit.read',
  audit: null,
  price: 'audit',
  query,
  status: 200,
  reply: z.object({ events: z.array(AuditEvent), count: z.int(), next_cursor: z.string().optional() }),
} as const

export const listEvents = endpoint({
  ...events,
  id: 'audit.events',
  path: '/v1/audit/events',
  summary: 'List audit events, newest first.',
  description:
    'Owners and admins see all of the organisation’s events, members and agents see their own. `resource_id` is the id of a resource or the path of a secret, and finds what was done and what was denied there. A `from` later than `to` is 400. `limit` is at most 1000 (100 when absent). `cursor` is the `next_cursor` of the previous page; `order=asc` walks the chain from its start. `count` is the number of events in this answer.',
})

export const listEventsAlias = endpoint({
  ...events,
  id: 'audit.alias',
  path: '/v1/audit',
  summary: 'The same as `/v1/audit/events`.',
})

const Day = z.string().regex(DAY)

export const auditSummary = endpoint({
  id: 'audit.summary',
  method: 'GET',
  path: '/v1/audit/summary',
  summary: 'How many events there were, day by day, and how many of them were denied or failed.',
  description:
    'Of at most 366 UTC days, both ends included; the last 14 when absent. `by` tells the sums apart by who acted (`user:<id>`, `agent:<id>`), by action or by vault. The sums are kept with the events, so a long log costs no more than a short one; repeats that one event stands for are counted. Owners and admins get those of the organisation, members and agents their own.',
  auth: 'user-or-agent',
  action: 'audit.read',
  audit: null,
  query: z.object({
    from: Day.optional(),
    to: Day.optional(),
    by: z.enum(['none', 'actor', 'action', 'vault']).optional(),
    actor_type: ActorType.optional(),
    actor_id: text(64).optional(),
    vault_id: Uuid.optional(),
  }),
  status: 200,
  reply: z.object({
    from: z.string(),
    to: z.string(),
    total: z.int(),
    denied: z.int(),
    failed: z.int(),
    /** A day and a key without events is left out. */
    sums: z.array(z.object({ day: z.string(), key: z.string(), total: z.int(), denied: z.int(), failed: z.int() })),
  }),
})

export const Checkpoint = z.object({
  org_id: Uuid,
  seq: z.int(),
  event_id: Uuid,
  integrity_hash: z.string(),
  created_at: Instant,
  /** Ed25519 signature, base64, of the canonical bytes of the checkpoint. */
  signature: z.string(),
  kid: z.string(),
  /** The number of the checkpoint signed before this one, and the SHA-256 (hex) of what it signs and its signature. */
  prev_seq: z.int().optional(),
  prev_digest: z.string().optional(),
})

/** That the events up to one were removed, signed. `integrity_hash` is that of the last of them. */
const Cut = z.object({
  org_id: Uuid,
  seq: z.int(),
  event_id: Uuid,
  integrity_hash: z.string(),
  created_at: Instant,
  kid: z.string(),
  reason: z.string(),
  /** Where they are kept, and the SHA-256 (hex) of that file; empty when nowhere. */
  kept_in: z.string(),
  kept_sha256: z.string(),
  prev_seq: z.int(),
  signature: z.string(),
})

export const listCheckpoints = endpoint({
  id: 'audit.checkpoints',
  method: 'GET',
  path: '/v1/audit/checkpoints',
  summary: 'List the signed heads of the audit chain. The newest covers every event committed before this request.',
  description:
    'For owners and admins. With the exported events, they prove that nothing was edited, removed, reordered, forged or cut off.',
  auth: 'user-or-agent',
  action: 'audit.verify',
  audit: null,
  status: 200,
  reply: z.object({
    checkpoints: z.array(Checkpoint),
    /** What was removed of the trail, when something was. */
    cut: Cut.optional(),
  }),
  problems: [403],
})

const verifying = {
  path: '/v1/audit/verify',
  description:
    'For owners and admins. Looks at the events since the last verification; the server verifies the whole chain daily. If anything is wrong, looks at all of them and reports at most 20 faults. If you do not trust the server, fetch the events and the checkpoints and check them yourself (`1claw audit verify`).',
  auth: 'user',
  action: 'audit.verify',
  audit: null,
  status: 200,
  reply: z.object({
    ok: z.boolean(),
    /** How many events were looked at, and the number of the first of them. */
    checked: z.int(),
    checked_from: z.int(),
    /** Those before were verified, and last all of them at this time. Absent when all of the trail was looked at. */
    verified_before: Instant.optional(),
    /** Events that are no longer there, as their signed removal says. */
    removed: z.object({ to: z.int(), removed_at: Instant, reason: z.string(), kept_in: z.string() }).optional(),
    /** The newest event that a good signature covers; 0 when there is none. */
    signed_to: z.int(),
    /** The first event that carries a MAC of this server; those before were written by a version without. 1 when all do. */
    mac_from: z.int(),
    verified_at: Instant,
    faults: z.array(z.object({ seq: z.int(), kind: z.string(), detail: z.string() })),
  }),
  problems: [403],
} as const

export const verifyTrail = endpoint({
  ...verifying,
  id: 'audit.verify',
  method: 'POST',
  summary: 'Verify the chain of the organisation’s events against its signed heads, on the server.',
  /** `full`: all events, also those that were verified before. */
  query: z.object({ full: z.enum(['true', 'false']).optional() }),
})

export const verifyTrailByGet = endpoint({
  ...verifying,
  id: 'audit.verify-get',
  method: 'GET',
  summary: 'The same as `POST /v1/audit/verify`.',
})

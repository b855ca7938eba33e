import { z } from 'zod'
import { ActorType } from './audit-sums.ts'
import { endpoint } from './schema/endpoint.ts'
import { FreeObject, Instant, InstantInput, text, Uuid } from './schema/fields.ts'
import { EVENT_KINDS, OUTCOMES } from './schema/forms.ts'

export const AuditEvent = z.object({
  id: Uuid,
  action: z.string(),
  actor_id: z.string(),
  actor_type: z.string(),
  resource_type: z.string(),
  resource_id: z.string(),
  /** The vault, if there is one. */
  vault_id: z.string().optional(),
  org_id: Uuid,
  details: FreeObject,
  ip_address: z.string(),
  created_at: Instant,
  seq: z.int(),
  prev_event_id: z.string(),
  integrity_hash: z.string(),
})

const query = z.object({
  /** The id of the object or, for a secret, its path in any vault. */
  resource_id: text(600).optional(),
  resource_type: text(64).optional(),
  vault_id: Uuid.optional(),
  actor_id: text(64).optional(),
  actor_type: ActorType.optional(),
  action: text(64).optional(),
  /** Some of `reads`, `changes`, `sign-ins` and `views` (of lists, vaults and policies), separated by commas. */
  kinds: z.string().max(64).regex(EVENT_KINDS).optional(),
  /** Some of `ok`, `denied` and `failed`, separated by commas. */
  outcome: z.string().max(32).regex(OUTCOMES).optional(),
  /** Words that must all be in the event: names, patterns of paths, or any text. */
  q: text(200).optional(),
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
  problems: [403],
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
    'Owners and admins see all of the organisation’s events, members and agents see their own, an API key that is confined to paths none (403). `resource_id` is the id of a resource or the path of a secret, and matches what was done and what was denied there. `kinds` and `outcome` are lists, separated by commas. `q` is up to five words, all of which must match: the name of an agent, person or vault (in double quotes if it contains blanks) means exactly that one, a pattern such as `stripe/**` means the secrets at these paths, and any other word is searched for in action, resource, details and address. An event that was denied names the `rule` that denied it in its details and, if a policy came close to granting it, the `policy_id` and the `condition` that was not met; an event of a secret names the rule that allowed it. A `from` later than `to` is 400. `limit` is at most 1000 (default: 100). `cursor` is the `next_cursor` of the previous page; `order=asc` walks the chain from its start. `count` is the number of events in this answer.',
})

export const listEventsAlias = endpoint({
  ...events,
  id: 'audit.alias',
  path: '/v1/audit',
  summary: 'The same as `/v1/audit/events`.',
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
  /** The number of the previous checkpoint, and the SHA-256 (hex) of what it signs and its signature. */
  prev_seq: z.int().optional(),
  prev_digest: z.string().optional(),
})

/** The signed statement that the events up to one were removed. `integrity_hash` is that of the last of them. */
const Cut = z.object({
  org_id: Uuid,
  seq: z.int(),
  event_id: Uuid,
  integrity_hash: z.string(),
  created_at: Instant,
  kid: z.string(),
  reason: z.string(),
  /** Where they are archived, and the SHA-256 (hex) of that file; empty if nowhere. */
  kept_in: z.string(),
  kept_sha256: z.string(),
  prev_seq: z.int(),
  signature: z.string(),
})

const Succession = z.object({
  previous_public_key: z.string(),
  public_key: z.string(),
  created_at: Instant,
  previous_signature: z.string(),
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
    /** The removed part of the trail, if there is one. */
    cut: Cut.optional(),
    /** The succession of the signing keys, each step signed by both (raw Ed25519, base64). Absent while there was only one key. */
    successions: z.array(Succession).optional(),
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
    /** The number of checked events, and the number of the first. */
    checked: z.int(),
    checked_from: z.int(),
    /** Earlier events were verified before, and last all of them at this time. Absent if the whole trail was checked. */
    verified_before: Instant.optional(),
    /** Events that were removed, according to a signed statement. */
    removed: z.object({ to: z.int(), removed_at: Instant, reason: z.string(), kept_in: z.string() }).optional(),
    /** The number of the newest event that a valid signature covers; 0 if there is none. */
    signed_to: z.int(),
    /** The first event with a MAC of this server; a version without MACs wrote the events before it. 1 if all have one. */
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
  /** `full`: all events, including those that were verified before. */
  query: z.object({ full: z.enum(['true', 'false']).optional() }),
})

export const verifyTrailByGet = endpoint({
  ...verifying,
  id: 'audit.verify-get',
  method: 'GET',
  summary: 'The same as `POST /v1/audit/verify`.',
})

/** The operations of this file, for the endpoint table. */
export const auditEndpoints = [listEvents, listEventsAlias, listCheckpoints, verifyTrail, verifyTrailByGet] as const

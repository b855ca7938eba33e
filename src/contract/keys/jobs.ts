import { z } from 'zod'
import { endpoint } from '../schema/endpoint.ts'
import { Instant, Uuid } from '../schema/fields.ts'

const Job = z.object({
  name: z.string(),
  description: z.string(),
  /** Seconds between the starts of two rounds. */
  every: z.number(),
  running: z.boolean(),
  last_started_at: Instant.optional(),
  last_ended_at: Instant.optional(),
  outcome: z.enum(['ok', 'failed', 'none-yet']),
  /** The reason why the last round failed. */
  error: z.string().optional(),
  next_at: Instant,
})

const Task = z.object({
  id: Uuid,
  kind: z.enum(['vault-key', 'customer-key', 'migration']),
  vault_id: Uuid.optional(),
  status: z.enum(['running', 'waiting', 'failed']),
  done: z.int(),
  total: z.int(),
  started_at: Instant,
  /** The reason for waiting, or why it failed and what to do. */
  message: z.string().optional(),
})

export const listJobs = endpoint({
  id: 'admin.jobs',
  method: 'GET',
  path: '/v1/admin/jobs',
  summary: 'List the background jobs of the server and their tasks.',
  description:
    '`jobs` are those of the server that responds, since its start; servers that share a database each have their own. `tasks` are rotations and migrations of keys that are running, waiting or have failed, on all servers, newest first; `limit` and `offset` page through them. Requires a platform administrator.',
  auth: 'user',
  action: 'platform.admin',
  audit: null,
  query: z.object({
    limit: z.coerce.number().int().min(1).max(200).optional(),
    offset: z.coerce.number().int().min(0).max(1_000_000).optional(),
  }),
  status: 200,
  reply: z.object({ jobs: z.array(Job), tasks: z.array(Task), tasks_total: z.int() }),
  problems: [403],
})

/** The operations of this file, for the endpoint table. */
export const jobsEndpoints = [listJobs] as const

import { z } from 'zod'
import { endpoint } from './schema/endpoint.ts'
import { Instant } from './schema/fields.ts'

export const health = endpoint({
  id: 'health.get',
  method: 'GET',
  path: '/v1/health',
  summary: 'Check whether the service is healthy, and get its version.',
  auth: 'public',
  action: null,
  audit: null,
  status: 200,
  reply: z.object({ status: z.enum(['healthy', 'degraded']), version: z.string() }),
})

export const hsmHealth = endpoint({
  id: 'health.hsm',
  method: 'GET',
  path: '/v1/health/hsm',
  summary: 'Check whether the key provider responds.',
  auth: 'public',
  action: null,
  audit: null,
  status: 200,
  reply: z.object({
    status: z.enum(['ok', 'degraded', 'unavailable']),
    provider: z.string(),
    connected: z.boolean(),
  }),
})

export const live = endpoint({
  id: 'health.live',
  method: 'GET',
  path: '/livez',
  summary: 'Check whether the process responds.',
  auth: 'public',
  action: null,
  audit: null,
  status: 200,
  reply: z.object({ status: z.literal('ok') }),
})

export const ready = endpoint({
  id: 'health.ready',
  method: 'GET',
  path: '/readyz',
  summary: 'Check whether database, key provider, audit log and disk can serve requests; 503 if not.',
  auth: 'public',
  action: null,
  audit: null,
  status: 200,
  reply: z.object({ status: z.literal('ready'), checks: z.record(z.string(), z.literal('ok')) }),
  problems: [503],
})

const PARTS = [
  'database',
  'keys',
  'audit',
  'verification',
  'secrets',
  'disk',
  'mail',
  'backup',
  'address',
  'rate-limits',
] as const

export const serverStatus = endpoint({
  id: 'server.status',
  method: 'GET',
  path: '/v1/server/status',
  summary: 'Get the status of the server, part by part. Requires an owner or admin.',
  description:
    'The overall status is the worst of the parts, except those that are `off` (not configured). `warning` means that something needs attention, `failing` that requests fail. `secrets` is present only if some differ from the audit log. `at` is when the part last did its work: signed a head, verified the log, made a backup; for mail, when the oldest waiting one was written. Disk, mail, backups, address and rate limits concern the whole server, and are only in the answer for admins of the organisation that runs it (`scope` is `server`). Facts of the server are up to a second old.',
  auth: 'user',
  action: 'server.status',
  audit: null,
  status: 200,
  reply: z.object({
    status: z.enum(['ok', 'warning', 'failing']),
    scope: z.enum(['server', 'organisation']),
    version: z.string(),
    parts: z.array(
      z.object({
        name: z.enum(PARTS),
        status: z.enum(['ok', 'off', 'warning', 'failing']),
        detail: z.string(),
        at: Instant.optional(),
        latency_ms: z.int().optional(),
      }),
    ),
  }),
  problems: [403],
})

export const openapi = endpoint({
  id: 'health.openapi',
  method: 'GET',
  path: '/openapi.json',
  summary: 'Get this document.',
  auth: 'public',
  action: null,
  audit: null,
  status: 200,
  reply: z.looseObject({}),
})

/** The operations of this file, for the endpoint table. */
export const healthEndpoints = [health, serverStatus, hsmHealth, live, ready, openapi] as const

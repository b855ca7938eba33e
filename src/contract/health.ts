import { z } from 'zod'
import { endpoint } from './schema/endpoint.ts'

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

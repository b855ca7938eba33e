import { randomUUID } from 'node:crypto'
import fastify, { type FastifyInstance, type FastifyServerOptions, LogController } from 'fastify'
import { openapiDocument } from '../src/contract/openapi.ts'
import { Problem } from '../src/problem.ts'
import type { Config } from './config.ts'
import type { Database } from './db/database.ts'
import { allowOrigins } from './http/cors.ts'
import { parseJson } from './http/json.ts'
import { mounter } from './http/mount.ts'
import { mountPages, type Pages } from './http/pages.ts'
import { installProblems, send } from './http/problems.ts'
import { serializerCompiler, validatorCompiler } from './http/schemas.ts'
import './http/request.ts'
import { accountRoutes } from './modules/account/routes.ts'
import { agentRoutes } from './modules/agents/routes.ts'
import { apiKeyRoutes } from './modules/api-keys/routes.ts'
import { auditRoutes } from './modules/audit/routes.ts'
import { authRoutes } from './modules/auth/routes.ts'
import { deviceRoutes } from './modules/device/routes.ts'
import { healthRoutes } from './modules/health/routes.ts'
import { policyRoutes } from './modules/policies/routes.ts'
import { secretRoutes } from './modules/secrets/routes.ts'
import { vaultRoutes } from './modules/vaults/routes.ts'
import type { Services } from './services.ts'
import type { Stores } from './stores.ts'

export interface AppDeps {
  readonly config: Pick<Config, 'trustedProxies' | 'corsOrigins' | 'tls'>
  readonly services: Services
  readonly database: Database<Stores>
  readonly pages: Pages
  readonly version: string
  /** By name; each rejects when its part cannot serve requests. */
  readonly checks: Readonly<Record<string, () => Promise<void>>>
  readonly logger?: FastifyServerOptions['logger']
}

/** Fastify's own limits default to none; these close slow and idle connections. */
const TIMEOUTS = { connectionTimeout: 30_000, requestTimeout: 30_000, keepAliveTimeout: 72_000 }
const HEADERS_TIMEOUT_MS = 10_000
const HEADER_BYTES = 16 * 1024
const BODY_BYTES = 5 * 1024 * 1024

/** Services in, server out; nothing is opened and nothing listens yet. */
export function buildApp({ config, services, database, pages, version, checks, logger }: AppDeps): FastifyInstance {
  const app = fastify({
    ...TIMEOUTS,
    ...(config.tls && { https: config.tls }),
    http: { headersTimeout: HEADERS_TIMEOUT_MS, maxHeaderSize: HEADER_BYTES },
    bodyLimit: BODY_BYTES,
    trustProxy: config.trustedProxies.length > 0 ? [...config.trustedProxies] : false,
    routerOptions: { maxParamLength: 2048 },
    exposeHeadRoutes: false,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    logger: logger ?? false,
    // The console's proxy path: `/api/v1/…` is `/v1/…`.
    rewriteUrl: ({ url = '/' }) => (url.startsWith('/api/v1/') ? url.slice(4) : url),
    frameworkErrors: (_error, request, reply) => send(new Problem('request.invalid', 'The URL cannot be decoded.'), request, reply),
  })

  app.decorateRequest('actor', undefined)
  app.decorateRequest('secretPath', undefined)
  app.decorateRequest('problem', undefined)
  app.setValidatorCompiler(validatorCompiler())
  app.setSerializerCompiler(serializerCompiler)
  installProblems(app)
  parseJson(app)
  allowOrigins(app, config.corsOrigins)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    services.limitAddress(request.ip)
  })

  const { mount, done } = mounter(app, services.pipeline)
  healthRoutes(mount, { keyring: services.keyring, version, checks, openapiDocument: () => ({ ...openapiDocument(version) }) })
  authRoutes(mount, services.auth)
  deviceRoutes(mount, services.devices)
  accountRoutes(mount, database)
  apiKeyRoutes(mount, services.apiKeys)
  vaultRoutes(mount, services.vaults)
  secretRoutes(mount, services.secretReading, services.secretWriting)
  policyRoutes(mount, services.policies, services.explain)
  agentRoutes(mount, services.agents)
  auditRoutes(mount, services.audit)
  done()
  mountPages(app, pages)
  return app
}

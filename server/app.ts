import { randomUUID } from 'node:crypto'
import fastify, { type FastifyInstance, type FastifyServerOptions, LogController } from 'fastify'
import { type OpenapiDocument, openapiDocument } from '../src/contract/schema/openapi.ts'
import { Problem } from '../src/problem.ts'
import type { Config } from './config/config.ts'
import { endSlowReaders } from './http/bounds/in-flight.ts'
import { allowOrigins, answerPreflights } from './http/cors.ts'
import { parseJson } from './http/json.ts'
import { addressKey } from './http/limits.ts'
import { countRequests, mountMetrics } from './http/metrics.ts'
import { mounter } from './http/mount.ts'
import { answerBrowsers, answerLost, mountPages, type Pages } from './http/pages.ts'
import { installProblems, refuseUnparsed, send } from './http/problems.ts'
import { serializerCompiler, validatorCompiler } from './http/schemas.ts'
import './http/request.ts'
import type { Metrics } from './metrics/metrics.ts'
import { accessRequestRoutes } from './modules/access-requests/routes.ts'
import { accountRoutes } from './modules/account/routes.ts'
import { adminRoutes } from './modules/admin/routes.ts'
import { keyVaultRoutes } from './modules/agents/key-vault-routes.ts'
import { agentRoutes } from './modules/agents/routes.ts'
import { apiKeyRoutes } from './modules/api-keys/routes.ts'
import { auditRoutes } from './modules/audit/routes.ts'
import { authRoutes } from './modules/auth/routes.ts'
import { billingRoutes } from './modules/billing/routes.ts'
import { chainRoutes } from './modules/chains/routes.ts'
import { consoleSessionRoutes } from './modules/console-sessions/routes.ts'
import { deviceRoutes } from './modules/device/routes.ts'
import { enrollmentRoutes } from './modules/enrollment/routes.ts'
import { healthRoutes } from './modules/health/routes.ts'
import { intentRoutes } from './modules/intents/routes.ts'
import { ipRuleRoutes } from './modules/ip-rules/routes.ts'
import { keyRoutes } from './modules/keys/routes.ts'
import { mfaRoutes } from './modules/mfa/routes.ts'
import { orgRoutes } from './modules/org/routes.ts'
import { policyRoutes } from './modules/policies/routes.ts'
import { searchRoutes } from './modules/search/routes.ts'
import { secretRoutes } from './modules/secrets/routes.ts'
import { shareRoutes } from './modules/sharing/routes.ts'
import { vaultRoutes } from './modules/vaults/routes.ts'
import type { Services } from './services.ts'

export interface AppDeps {
  readonly config: Pick<Config, 'limits' | 'trustedProxies' | 'corsOrigins' | 'tls' | 'publicUrl' | 'metrics'>
  readonly services: Services
  readonly pages: Pages
  readonly version: string
  /** By name; each rejects when its part cannot serve requests. */
  readonly checks: Readonly<Record<string, () => Promise<void>>>
  readonly logger?: FastifyServerOptions['logger']
  readonly metrics?: Metrics | undefined
}

/** Fastify's own limits default to none; these close slow and idle connections. */
const TIMEOUTS = { connectionTimeout: 30_000, requestTimeout: 30_000, keepAliveTimeout: 72_000 }
const PARSER = { headersTimeout: 10_000, maxHeaderSize: 16 * 1024 }
/**
 * Every client is asked for a certificate and may have none. Nobody's signature on it counts: an agent's certificate is known by its
 * fingerprint, and the handshake has proven that the client has its key.
 */
const CLIENT_CERTIFICATES = { requestCert: true, rejectUnauthorized: false, handshakeTimeout: 10_000 }
const BODY_BYTES = 5 * 1024 * 1024

/** Answers carry tokens and secrets (RFC 6749 §5.1), and are never anything but data. */
const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
/** Browsers come back over TLS for a year, whatever a link says (RFC 6797). */
const OVER_TLS = { ...HEADERS, 'strict-transport-security': 'max-age=31536000' }

/** Services in, server out; nothing is opened and nothing listens yet. */
export function buildApp({ config, services, pages, version, checks, logger, metrics }: AppDeps): FastifyInstance {
  const app = fastify({
    ...TIMEOUTS,
    ...(config.tls ? { https: { ...PARSER, ...CLIENT_CERTIFICATES, ...config.tls } } : { http: PARSER }),
    bodyLimit: BODY_BYTES,
    trustProxy: config.trustedProxies.length > 0 ? [...config.trustedProxies] : false,
    routerOptions: { maxParamLength: 2048 },
    exposeHeadRoutes: false,
    // Who is connected is answered until the end; see `draining`.
    return503OnClosing: false,
    forceCloseConnections: false,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    logger: logger ?? false,
    rewriteUrl: ({ url = '/' }) => targetOf(url),
    clientErrorHandler: refuseUnparsed,
    frameworkErrors: (_error, request, reply) =>
      send(new Problem('request.invalid', 'The URL cannot be decoded.'), request, reply),
  })

  app.decorateRequest('actor', undefined)
  app.decorateRequest('secretPath', undefined)
  for (const name of ['problem', 'admission', 'payment', 'rawBody'] as const) app.decorateRequest(name, undefined)
  app.setValidatorCompiler(validatorCompiler())
  app.setSerializerCompiler(serializerCompiler)
  installProblems(app, (request, reply) => answerLost(request, reply, pages))
  parseJson(app)
  allowOrigins(app, config.corsOrigins)
  const headers = config.tls || config.publicUrl?.startsWith('https:') ? OVER_TLS : HEADERS
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers).header('x-request-id', request.id)
    services.limitAddress(addressKey(request.ip))
    done()
  })
  if (metrics) countRequests(app, metrics.request)
  endSlowReaders(app, config.limits.drain)
  answerPreflights(app, config.corsOrigins)
  answerBrowsers(app, pages)

  const { mount, done } = mounter(app, services.pipeline)
  let document: OpenapiDocument | undefined
  const openapi = () => {
    document ??= openapiDocument(version)
    return { ...document }
  }
  healthRoutes(mount, { keyring: services.keyring, version, checks, openapiDocument: openapi })
  authRoutes(mount, services.auth)
  consoleSessionRoutes(mount, services.consoleSessions, services.publicUrl)
  deviceRoutes(mount, services.devices)
  accountRoutes(mount, services.accounts)
  mfaRoutes(mount, services.mfa, services.mfaReset)
  orgRoutes(mount, services.org)
  ipRuleRoutes(mount, services.ipRules)
  adminRoutes(mount, services.serverSettings, services.adminAccounts, services.clock)
  billingRoutes(mount, services.billing)
  apiKeyRoutes(mount, services.apiKeys)
  vaultRoutes(mount, services.vaults, services.vaultDeletion)
  keyRoutes(mount, services.cmek, services.vaultKeys, services.vaultBody)
  secretRoutes(mount, services)
  shareRoutes(mount, services.sharing)
  policyRoutes(mount, services.policies, services.explain, services.access)
  accessRequestRoutes(mount, services.accessRequests)
  keyVaultRoutes(mount, services.agentKeyVaults)
  enrollmentRoutes(mount, services.enrollment)
  agentRoutes(mount, services.agents, services.agentKeys, services.spentToday)
  chainRoutes(mount, services.chainDirectory, services.chains)
  intentRoutes(mount, services.intents, services.transactions)
  searchRoutes(mount, services.search)
  auditRoutes(mount, services.audit, services.verifyAudit)
  done()
  mountPages(app, pages)
  const { token, address } = config.metrics ?? {}
  if (metrics && token !== undefined && !address) mountMetrics(app, token, metrics.text)
  return app
}

/**
 * What a request is aimed at: without scheme and authority, which a proxy's client may send (RFC 9112 §3.2.2), and with the console's
 * proxy path `/api/v1/…` as `/v1/…`.
 */
function targetOf(url: string): string {
  const target = url.replace(/^https?:\/\/[^/?#]*/i, '') || '/'
  return target.startsWith('/api/v1/') ? target.slice(4) : target
}

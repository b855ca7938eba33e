import type { FastifyInstance } from 'fastify'
import { type OpenapiDocument, openapiDocument } from '../src/contract/schema/openapi.ts'
import type { Config } from './config/config.ts'
import { answerBrowsers, answerLost, mountPages, type Pages } from './http/console-pages.ts'
import { answerPreflights } from './http/cors.ts'
import { countRequests, mountMetrics } from './http/metrics.ts'
import { mounter } from './http/mount.ts'
import { answerUnrouted } from './http/path/unrouted.ts'
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
import type { ServerStatus } from './modules/health/status.ts'
import { intentRoutes } from './modules/intents/routes.ts'
import { ipRuleRoutes } from './modules/ip-rules/routes.ts'
import { keyMigrationRoutes } from './modules/keys/migration/routes.ts'
import { keyRoutes, serverKeyRoutes } from './modules/keys/routes.ts'
import { mfaRoutes } from './modules/mfa/routes.ts'
import { orgRoutes } from './modules/org/routes.ts'
import { policyRoutes } from './modules/policies/routes.ts'
import { sealRoutes } from './modules/sealing/routes.ts'
import { searchRoutes } from './modules/search/routes.ts'
import { secretRoutes } from './modules/secrets/routes.ts'
import { shareRoutes } from './modules/shares/routes.ts'
import { vaultRoutes } from './modules/vaults/routes.ts'
import type { Services } from './services.ts'
import { type BareOptions, bareApp } from './start/bare-app.ts'

export interface AppDeps {
  readonly config: Pick<Config, 'limits' | 'trustedProxies' | 'corsOrigins' | 'tls' | 'publicUrl' | 'metrics'>
  readonly services: Services
  readonly pages: Pages
  readonly version: string
  readonly status: ServerStatus
  /** The readiness checks by name; each rejects when its part cannot serve requests. */
  readonly checks: Readonly<Record<string, () => Promise<void>>>
  readonly logger?: BareOptions['logger']
  readonly metrics?: Metrics | undefined
}

/** Builds the server from its services; it opens nothing and does not listen yet. */
export function buildApp({ config, services, pages, version, status, checks, logger, metrics }: AppDeps): FastifyInstance {
  const app = bareApp(config, { logger, limitAddress: services.limitAddress })
  if (metrics) countRequests(app, metrics.request)
  answerPreflights(app, config.corsOrigins)
  answerBrowsers(app, pages)

  const { mount, methods } = mounter(app, services.pipeline)
  let document: OpenapiDocument | undefined
  const openapi = () => {
    document ??= openapiDocument(version)
    return { ...document }
  }
  healthRoutes(mount, { keyring: services.keyring, version, status, checks, openapiDocument: openapi })
  authRoutes(mount, services.auth)
  consoleSessionRoutes(mount, services.consoleSessions, services.publicUrl)
  deviceRoutes(mount, services.devices)
  accountRoutes(mount, services.accounts)
  mfaRoutes(mount, services.mfa, services.mfaReset)
  orgRoutes(mount, services.org)
  ipRuleRoutes(mount, services.ipRules)
  adminRoutes(mount, services)
  billingRoutes(mount, services.billing)
  apiKeyRoutes(mount, services.apiKeys)
  vaultRoutes(mount, services.vaults, services.vaultDeletion)
  keyRoutes(mount, services.cmek, services.vaultKeys, services.vaultBody)
  sealRoutes(mount, services.sealing)
  keyMigrationRoutes(mount, services.keyMigrations)
  serverKeyRoutes(mount, services.serverKeyRotation, services.keyStatus, services.tasks)
  secretRoutes(mount, services)
  shareRoutes(mount, services.sharing)
  policyRoutes(mount, services.policies, services.explain, services.access)
  accessRequestRoutes(mount, services.accessRequests)
  keyVaultRoutes(mount, services.agentKeyVaults)
  enrollmentRoutes(mount, services.enrollment)
  agentRoutes(mount, services.agents, services.agentKeys, services.spentToday)
  chainRoutes(mount, services.chainDirectory, services.chains, services.chainBalance)
  intentRoutes(mount, services.intents, services.transactions, services.spendingByDay)
  searchRoutes(mount, services.search)
  auditRoutes(mount, services.audit, services.verifyAudit)
  answerUnrouted(app, methods, (request, reply) => answerLost(request, reply, pages))
  mountPages(app, pages)
  const { token, address } = config.metrics ?? {}
  if (metrics && token !== undefined && !address) mountMetrics(app, token, metrics.text)
  return app
}

import type { Config } from './config/config.ts'
import { keyHasher } from './credentials/api-keys.ts'
import { issuer as tokenIssuer } from './credentials/jwt.ts'
import { sessions as tokenSessions } from './credentials/sessions.ts'
import type { Database } from './db/database.ts'
import { diskReserve } from './http/bounds/disk-reserve.ts'
import { atOnce, bodyRoom } from './http/bounds/in-flight.ts'
import { limiter } from './http/limits.ts'
import type { Pipeline } from './http/mount.ts'
import { outbound as wayOut } from './http/outbound.ts'
import { sessionCookies } from './http/session-cookie.ts'
import { dataBox } from './keys/data-box.ts'
import type { KeyStores } from './keys/keystores.ts'
import { boxKeyId, countedKeyring, wrapCount } from './keys/wrap-count.ts'
import { outboxFolder } from './mail/eml-folder.ts'
import { templates as mailTemplates } from './mail/templates.ts'
import { accessRequestArea } from './modules/access-requests/area.ts'
import { accountArea } from './modules/account/area.ts'
import { adminArea } from './modules/admin/area.ts'
import { agentArea } from './modules/agents/area.ts'
import { apiKeyArea } from './modules/api-keys/area.ts'
import type { Anchor } from './modules/audit/anchor.ts'
import { auditArea } from './modules/audit/area.ts'
import type { SignedUpTo } from './modules/audit/signing.ts'
import { authArea } from './modules/auth/area.ts'
import type { Hashing } from './modules/auth/threads/hashing.ts'
import { billingArea } from './modules/billing/area.ts'
import { onChain } from './modules/billing/x402/on-chain.ts'
import { room } from './modules/ceilings/ceilings.ts'
import { chainArea } from './modules/chains/area.ts'
import { consoleSessionArea } from './modules/console-sessions/area.ts'
import { deviceArea } from './modules/device/area.ts'
import { enrollmentArea } from './modules/enrollment/area.ts'
import { intentArea } from './modules/intents/area.ts'
import { ipRuleArea } from './modules/ip-rules/area.ts'
import { keyArea } from './modules/keys/area.ts'
import { kekDestruction } from './modules/keys/destruction.ts'
import type { ServerKeys } from './modules/keys/server/open.ts'
import type { TasksDeps } from './modules/keys/tasks.ts'
import { mfaArea } from './modules/mfa/area.ts'
import { orgArea } from './modules/org/area.ts'
import { policyArea } from './modules/policies/area.ts'
import { type SealingDeps, sealing } from './modules/sealing/sealing.ts'
import { searchArea } from './modules/search/area.ts'
import { secretsOfAllVaults } from './modules/secrets/all-vaults.ts'
import { secretArea } from './modules/secrets/area.ts'
import { dailyComparison } from './modules/secrets/daily-comparison.ts'
import { deletedOfAllVaults } from './modules/secrets/deleted-of-all-vaults.ts'
import { secretRelocation } from './modules/secrets/relocation.ts'
import { writeMany } from './modules/secrets/write-many.ts'
import { sharing } from './modules/shares/area.ts'
import { vaultArea } from './modules/vaults/area.ts'
import { authorizer } from './policy/authorize.ts'
import type { Stores } from './stores/all.ts'

export interface ServiceDeps {
  readonly config: Pick<
    Config,
    | 'proxies'
    | 'signup'
    | 'emailVerification'
    | 'mail'
    | 'oidc'
    | 'agentIssuers'
    | 'limits'
    | 'ceilings'
    | 'dataDir'
    | 'diskReserve'
    | 'tenderly'
    | 'stripe'
    | 'metering'
    | 'retentionMs'
    | 'auditRetention'
  >
  /** Base of links to our own pages, without a trailing slash. */
  readonly publicUrl: () => string
  readonly database: Database<Stores>
  readonly keyring: KeyStores
  /** The keys of the installation itself. */
  readonly serverKeys: ServerKeys
  readonly anchor: Anchor
  readonly sealKind: SealingDeps['sealKind']
  readonly sealAgain: SealingDeps['sealAgain']
  /** The hashing of passwords, if it differs from the default. */
  readonly hashing: Hashing | undefined
  /** The current state of the jobs that this process repeats. */
  readonly jobs: TasksDeps['jobs']
  /** Called with each signed head of the audit trail. */
  readonly signed: (head: SignedUpTo) => void
  /** Called with failures of background work. */
  readonly failed: (error: unknown) => void
  /** Epoch milliseconds. */
  readonly clock: () => number
}

export type Services = Awaited<ReturnType<typeof makeServices>>

/** The composition root: one line per area. An area gets the parts that it needs of another area here. */
export async function makeServices(deps: ServiceDeps) {
  const { config, publicUrl, database, serverKeys, clock } = deps
  const wraps = wrapCount(counts => database.run(({ kekWraps }) => kekWraps.add(counts)))
  const keyring = countedKeyring(deps.keyring, wraps.count)
  const issuer = tokenIssuer(serverKeys.signing, clock)
  const box = dataBox(serverKeys.dataBox, number => wraps.count(boxKeyId(number)))
  const sessions = tokenSessions(issuer)
  const templates = mailTemplates({ box, publicUrl, clock })
  const outbound = wayOut({ proxies: config.proxies })
  const audit = auditArea({
    ...deps,
    signing: serverKeys.signing,
    auditKeys: serverKeys.audit,
    settings: config.auditRetention,
    keepDays: async orgId => (await org.orgSettings(orgId))['audit.retention_days'],
  })
  const chains = chainArea({ database, outbound, clock })
  const billing = billingArea({ ...deps, templates, outbound, lookUp: onChain(chains.chainReach) })
  const { ensureRoom, ensureStorage } = room({ config, ensurePlan: billing.ensurePlan, clock })
  const { retentionMs } = config
  const made = { keyring, wraps, box, issuer, sessions, templates, outbound, ensureRoom, ensureStorage, retentionMs }
  const base = { ...deps, ...made, ceilings: config.ceilings, keys: keyHasher(serverKeys.pepper), record: audit.log.record }

  const destroyDueKeks = kekDestruction(base)
  const account = accountArea({ ...base, destroyDueKeks })
  const auth = authArea({ ...base, freshStart: account.freshStart })
  const { lockout, passwords } = auth
  const org = orgArea(base)
  const ipRules = ipRuleArea(base)
  const vaults = vaultArea({ ...base, destroyDueKeks })
  const secrets = secretArea({ ...base, recordReads: base.record })
  const agents = agentArea({ ...base, makeVault: vaults.makeVault, versions: secrets.versions, vaultFacts: vaults.vaultFacts })

  const isPlatform = (orgId: string) => database.read(stores => stores.accounts.isPlatform(orgId))
  const authorize = authorizer({
    vaultFacts: vaults.vaultFacts,
    deletedVault: vaults.deletedVault,
    agentFacts: agents.agentFacts,
    secretPlace: id => database.read(stores => stores.secrets.placeOfAnyOrg(id)),
    agentsCanOwnVaults: async orgId => (await org.orgSettings(orgId))['agents.can_own_vaults'],
    isPlatform,
    clock,
  })
  const relocation = secretRelocation({ ...base, authorize })
  const policies = policyArea({ ...base, authorize })
  const pipeline: Pipeline = {
    identify: auth.identify,
    authorize,
    filterAddress: ipRules.filterAddress,
    limitPrincipal: limiter(config.limits.principal, clock),
    atOnce: atOnce(config.limits.atOnce),
    bodyRoom: bodyRoom(Number.isFinite(config.limits.atOnce)),
    limitPublicAuth: limiter(config.limits.publicAuth, clock),
    meter: billing.meter,
    keepReserve: diskReserve({ ...config, isPlatform }),
    recordFailure: audit.recordFailure,
    sessionCookie: sessionCookies(publicUrl),
  }
  return {
    ...base,
    pipeline,
    limitAddress: limiter(config.limits.address, clock),
    ...audit,
    ...billing,
    ...auth,
    ...org,
    ...ipRules,
    ...vaults,
    ...secrets,
    secretRelocation: relocation,
    ...dailyComparison({ ...base, distrusted: audit.audit.distrusted }),
    secretsOfAllVaults: secretsOfAllVaults({ ...base, authorize, listVaults: vaults.vaults.list }),
    deletedOfAllVaults: deletedOfAllVaults({
      ...base,
      authorize,
      listVaults: vaults.vaults.list,
      deletion: secrets.secretDeletion,
    }),
    writeMany: writeMany({ ...secrets, authorize }),
    ...agents,
    ...account,
    ...chains,
    destroyDueKeks,
    ...keyArea({
      ...base,
      vaultFacts: vaults.vaultFacts,
      destroyDueKeks,
      ensureCustomerKeys: billing.ensureCustomerKeys,
      checkpointAll: audit.audit.checkpointAll,
    }),
    sealing: sealing(base),
    ...consoleSessionArea(base),
    ...deviceArea({ ...base, lockout, confirmPerson: auth.confirmPerson }),
    ...apiKeyArea(base),
    ...mfaArea({ ...base, lockout, verifyPassword: passwords.verify }),
    ...adminArea({
      ...base,
      removeAccount: account.removeAccount,
      destroyDueKeks,
      outboxFolder: config.mail.smtpUrl === undefined ? outboxFolder(config.dataDir) : undefined,
    }),
    ...policies,
    ...accessRequestArea({ ...base, authorize, addPolicy: policies.addPolicy }),
    ...searchArea({
      ...base,
      authorize,
      listVaults: vaults.vaults.list,
      listAgents: agents.agents.list,
      listMembers: org.org.members.list,
    }),
    sharing: sharing({
      ...base,
      vaultFacts: vaults.vaultFacts,
      secrets: secrets.sharedSecrets,
      passphrases: auth.passphrases,
      lockout,
      perMinute: config.limits.sharesPerMinute,
    }),
    enrollment: enrollmentArea({
      ...base,
      prepareAgent: agents.prepareAgent,
      retrying: secrets.versions.retrying,
      authorize,
      agentBody: agents.agentBody,
    }),
    ...intentArea({
      ...base,
      chains: chains.chainReach,
      signingKeys: secrets.signingKeys,
      paymentTerms: billing.billing.x402.termsOfPrice,
      authorize,
    }),
  }
}

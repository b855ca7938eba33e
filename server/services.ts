import type { Config } from './config.ts'
import type { Database } from './db/database.ts'
import { limiter } from './http/limits.ts'
import type { Pipeline } from './http/mount.ts'
import { outbound as wayOut } from './http/outbound.ts'
import { sessionCookies } from './http/session-cookie.ts'
import { intentServices } from './intent-services.ts'
import { keyHasher } from './keys/api-keys.ts'
import type { DataBox } from './keys/data-box.ts'
import { issuer as tokenIssuer } from './keys/jwt.ts'
import type { Keyring } from './keys/keyring.ts'
import { sessions as tokenSessions } from './keys/sessions.ts'
import { letters as mailLetters } from './mail/letters.ts'
import { agentBody } from './modules/agents/body.ts'
import { agentFacts } from './modules/agents/facts.ts'
import { agentIdentities } from './modules/agents/identities.ts'
import { keyVaults } from './modules/agents/key-vault.ts'
import { agentPreparation } from './modules/agents/new-agent.ts'
import { agents } from './modules/agents/service.ts'
import { apiKeys } from './modules/api-keys/service.ts'
import { failedAttempts } from './modules/audit/failed-attempts.ts'
import { readLog } from './modules/audit/read-log.ts'
import { auditService } from './modules/audit/service.ts'
import { verification } from './modules/audit/verification.ts'
import { identities } from './modules/auth/identities.ts'
import { lastUse } from './modules/auth/last-use.ts'
import { chainDirectory } from './modules/chains/directory.ts'
import { chains } from './modules/chains/service.ts'
import { deviceLogin } from './modules/device/service.ts'
import { enrollmentAsking } from './modules/enrollment/asking.ts'
import { enrollmentDeciding } from './modules/enrollment/deciding.ts'
import { ipFilter } from './modules/ip-rules/filter.ts'
import { liveOrgSettings } from './modules/org/settings.ts'
import { explain } from './modules/policies/explain.ts'
import { policies } from './modules/policies/service.ts'
import { providerKeys } from './modules/secrets/provider-keys.ts'
import { secretReading } from './modules/secrets/reading.ts'
import { sharedSecrets } from './modules/secrets/shared.ts'
import { secretWriting } from './modules/secrets/writing.ts'
import { sharing } from './modules/sharing/sharing.ts'
import { vaultFacts } from './modules/vaults/facts.ts'
import { vaults } from './modules/vaults/service.ts'
import { peopleServices } from './people-services.ts'
import { authorizer } from './policy/authorize.ts'
import type { Stores } from './stores.ts'

export interface ServiceDeps {
  readonly config: Pick<Config, 'signup' | 'emailVerification' | 'oidc' | 'agentIssuers' | 'limits' | 'tenderly'>
  /** Base of links to our own pages, without a trailing slash. */
  readonly publicUrl: () => string
  readonly database: Database<Stores>
  readonly keyring: Keyring
  /** From `keyHashPepper`. */
  readonly pepper: Uint8Array
  readonly box: DataBox
  /** Epoch milliseconds. */
  readonly clock: () => number
}

export type Services = Awaited<ReturnType<typeof makeServices>>

/** The composition root: one line an area. */
export async function makeServices({ config, publicUrl, database, keyring, pepper, box, clock }: ServiceDeps) {
  const letters = mailLetters({ box, publicUrl, clock })
  const issuer = tokenIssuer(keyring, clock)
  const log = readLog({ database, clock })
  const record = log.record
  const keys = keyHasher(pepper)
  const sessions = tokenSessions(issuer)
  const outbound = wayOut()
  const people = peopleServices({
    config,
    database,
    keyring,
    issuer,
    sessions,
    keys,
    box,
    letters,
    outbound,
    record,
    publicUrl,
    clock,
  })
  const { lockout } = people
  const orgSettings = liveOrgSettings(database)
  const directory = chainDirectory(database)
  const writing = secretWriting({ database, keyring, clock })
  const facts = vaultFacts(database)
  const agentKeyVaults = keyVaults({ database, keyring, clock })
  const agentIdentity = agentIdentities({ database, keyring, vaults: agentKeyVaults, clock })
  const prepareAgent = agentPreparation({ keys, identities: agentIdentity, clock })
  const pipeline: Pipeline = {
    identify: identities({ database, issuer, keys, used: lastUse({ database, clock }), clock }),
    authorize: authorizer({
      vaultFacts: facts,
      agentFacts: agentFacts(database),
      secretPlace: id => database.read(({ secrets }) => secrets.place(id)),
      agentsCanOwnVaults: async orgId => (await orgSettings(orgId))['agents.can_own_vaults'],
      isPlatform: orgId => database.read(({ accounts }) => accounts.isPlatform(orgId)),
      clock,
    }),
    filterAddress: ipFilter(database),
    limitPrincipal: limiter(config.limits.principal, clock),
    limitPublicAuth: limiter(config.limits.publicAuth, clock),
    recordFailure: failedAttempts(log),
    sessionCookie: sessionCookies(publicUrl),
  }
  const audit = auditService({ database, keyring, clock, issuerKid: issuer.kid })
  return {
    pipeline,
    log,
    clock,
    keyring,
    letters,
    issuer,
    sessions,
    limitAddress: limiter(config.limits.address, clock),
    ...people,
    outbound,
    devices: deviceLogin({ database, sessions, lockout, publicUrl, clock }),
    apiKeys: apiKeys({ database, keys, letters, clock }),
    vaults: vaults({ database, keyring, record, clock }),
    secretReading: secretReading({ database, keyring, recordReads: record, clock }),
    secretWriting: writing,
    providerKeys: providerKeys({ database, keyring, writing }),
    sharing: sharing({
      database,
      vaultFacts: facts,
      secrets: sharedSecrets({ database, keyring, clock }),
      passphrases: people.passwords,
      lockout,
      letters,
      perMinute: config.limits.sharesPerMinute,
      record,
      publicUrl,
      clock,
    }),
    policies: policies({ database, record, clock }),
    explain: explain({ database, record, clock }),
    agents: agents({ database, keys, prepare: prepareAgent, identities: agentIdentity, clock }),
    agentKeyVaults,
    enrollment: {
      asking: enrollmentAsking({ database, letters, publicUrl, clock }),
      deciding: enrollmentDeciding({ database, prepareAgent, authorize: pipeline.authorize, letters, clock }),
      agentBody: (row: Parameters<typeof agentBody>[0]) => agentBody(row, undefined),
    },
    chainDirectory: directory,
    chains: chains({ database, directory, clock }),
    ...intentServices({ config, database, keyring, directory, outbound, authorize: pipeline.authorize, record, clock }),
    audit,
    verifyAudit: verification({ database, audit, publicKey: () => keyring.publicKey, clock }),
  }
}

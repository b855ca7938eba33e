import type { Handle } from './db/database.ts'
import { factsStore } from './db/facts-store.ts'
import { outboxStore } from './mail/outbox-store.ts'
import { accountStore } from './modules/account/store.ts'
import { settingsStore } from './modules/admin/store.ts'
import { agentStore } from './modules/agents/store.ts'
import { apiKeyStore } from './modules/api-keys/store.ts'
import { auditStore } from './modules/audit/store.ts'
import { mailedLinkStore } from './modules/auth/mailed-links-store.ts'
import { authStore } from './modules/auth/store.ts'
import { chainStore } from './modules/chains/store.ts'
import { consoleSessionStore } from './modules/console-sessions/store.ts'
import { deviceStore } from './modules/device/store.ts'
import { enrollmentStore } from './modules/enrollment/store.ts'
import { intentStore } from './modules/intents/store.ts'
import { ipRuleStore } from './modules/ip-rules/store.ts'
import { mfaStore } from './modules/mfa/store.ts'
import { orgStore } from './modules/org/store.ts'
import { policyStore } from './modules/policies/store.ts'
import { secretStore } from './modules/secrets/store.ts'
import { shareStore } from './modules/sharing/store.ts'
import { vaultStore } from './modules/vaults/store.ts'

export type Stores = ReturnType<typeof makeStores>

/** Every store, bound to one handle: a transaction or none. */
export function makeStores(handle: Handle) {
  return {
    facts: factsStore(handle),
    audit: auditStore(handle),
    outbox: outboxStore(handle),
    auth: authStore(handle),
    mailedLinks: mailedLinkStore(handle),
    consoleSessions: consoleSessionStore(handle),
    mfa: mfaStore(handle),
    accounts: accountStore(handle),
    orgs: orgStore(handle),
    ipRules: ipRuleStore(handle),
    apiKeys: apiKeyStore(handle),
    devices: deviceStore(handle),
    vaults: vaultStore(handle),
    secrets: secretStore(handle),
    policies: policyStore(handle),
    shares: shareStore(handle),
    enrollments: enrollmentStore(handle),
    agents: agentStore(handle),
    chains: chainStore(handle),
    intents: intentStore(handle),
    settings: settingsStore(handle),
  }
}

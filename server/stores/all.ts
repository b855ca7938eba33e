import type { Handle } from '../db/database.ts'
import { accountStore } from './accounts.ts'
import { agentStore } from './agents.ts'
import { apiKeyStore } from './api-keys.ts'
import { auditStore } from './audit/audit.ts'
import type { AuditKeys } from './audit/mac.ts'
import { creditLotStore } from './billing/credit-lots.ts'
import { creditStore } from './billing/credits.ts'
import { orgUsageStore } from './billing/org-usage.ts'
import { paymentStore } from './billing/payments.ts'
import { planStore } from './billing/plans.ts'
import { resourceCountStore } from './billing/resource-counts.ts'
import { subscriptionStore } from './billing/subscriptions.ts'
import { usageStore } from './billing/usage.ts'
import { chainStore } from './chains.ts'
import { consoleSessionStore } from './console-sessions.ts'
import { factsStore } from './facts.ts'
import { intentStore } from './intents/intents.ts'
import { keyUseStore } from './intents/key-uses.ts'
import { reservationStore } from './intents/reservations.ts'
import { ipRuleStore } from './ip-rules.ts'
import { deletionStore } from './keys/deletions.ts'
import { kekDestructionStore } from './keys/kek-destructions.ts'
import { kekWrapStore } from './keys/kek-wraps.ts'
import { keyJobStore } from './keys/key-jobs.ts'
import { keyPlaceStore } from './keys/key-places.ts'
import { pepperUseStore } from './keys/pepper-uses.ts'
import { rolledBackStore } from './keys/rolled-back.ts'
import { sealedRowStore } from './keys/sealed-rows.ts'
import { sealedVersionStore } from './keys/sealed-versions.ts'
import { secretChangeStore } from './keys/secret-changes.ts'
import { secretPlaceStore } from './keys/secret-places.ts'
import { serverKeyStore } from './keys/server-keys.ts'
import { signingKeyStore } from './keys/signing-keys.ts'
import { vaultKeyStore } from './keys/vault-keys.ts'
import { mailedLinkStore } from './mailed-links.ts'
import { mfaStore } from './mfa.ts'
import { orgStore } from './orgs.ts'
import { outboxStore } from './outbox.ts'
import { policyStore } from './policies/policies.ts'
import { accessRequestStore } from './requests/access-requests.ts'
import { deviceStore } from './requests/device.ts'
import { enrollmentStore } from './requests/enrollments.ts'
import { secretStore } from './secrets.ts'
import { settingsStore } from './settings.ts'
import { shareStore } from './shares.ts'
import { authStore } from './sign-in.ts'
import { vaultStore } from './vaults.ts'

/** Every store of one unit of work. */
export type Stores = ReturnType<typeof makeStores>

/** Every store, bound to one handle, with or without a transaction. */
export function makeStores(handle: Handle, auditKeys: AuditKeys) {
  const audit = auditStore(handle, auditKeys)
  return {
    facts: factsStore(handle),
    audit,
    outbox: outboxStore(handle),
    auth: authStore(handle),
    mailedLinks: mailedLinkStore(handle),
    consoleSessions: consoleSessionStore(handle),
    mfa: mfaStore(handle),
    accounts: accountStore(handle, audit),
    orgs: orgStore(handle),
    ipRules: ipRuleStore(handle),
    apiKeys: apiKeyStore(handle),
    devices: deviceStore(handle),
    vaults: vaultStore(handle),
    vaultKeys: vaultKeyStore(handle),
    deletions: deletionStore(handle),
    kekDestructions: kekDestructionStore(handle),
    keyJobs: keyJobStore(handle),
    keyPlaces: keyPlaceStore(handle),
    kekWraps: kekWrapStore(handle),
    serverKeys: serverKeyStore(handle),
    sealedRows: sealedRowStore(handle),
    pepperUses: pepperUseStore(handle),
    sealedVersions: sealedVersionStore(handle),
    secretPlaces: secretPlaceStore(handle, auditKeys),
    rolledBack: rolledBackStore(handle),
    secretChanges: secretChangeStore(handle, auditKeys),
    signingKeys: signingKeyStore(handle),
    secrets: secretStore(handle, auditKeys),
    policies: policyStore(handle, audit),
    shares: shareStore(handle),
    enrollments: enrollmentStore(handle),
    accessRequests: accessRequestStore(handle),
    agents: agentStore(handle),
    chains: chainStore(handle),
    intents: intentStore(handle),
    reservations: reservationStore(handle),
    keyUses: keyUseStore(handle),
    settings: settingsStore(handle),
    usage: usageStore(handle),
    orgUsage: orgUsageStore(handle),
    plans: planStore(handle),
    resourceCounts: resourceCountStore(handle),
    credits: creditStore(handle),
    creditLots: creditLotStore(handle),
    payments: paymentStore(handle),
    subscriptions: subscriptionStore(handle),
  }
}

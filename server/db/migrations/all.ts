import { deletedBy } from './0040-deleted-by.ts'
import { storageInSums } from './0041-storage-in-sums.ts'
import { secretPlaces } from './0042-secret-places.ts'
import { readVersions } from './0043-read-versions.ts'
import { auditKinds } from './0044-audit-kinds.ts'
import { mailErrors } from './0045-mail-errors.ts'
import { auditPaths } from './0046-audit-paths.ts'
import { auditHours } from './0047-audit-hours.ts'
import { vaultsOfAgents } from './0048-vaults-of-agents.ts'
import { auditTexts } from './0049-audit-texts.ts'
import { initial } from './early/0001-initial.ts'
import { people } from './early/0002-people.ts'
import { sharing } from './early/0003-sharing.ts'
import { intents } from './early/0004-intents.ts'
import { signingKeys } from './early/0005-signing-keys.ts'
import { chainLimits } from './early/0006-chain-limits.ts'
import { consoleSessions } from './early/0007-console-sessions.ts'
import { auditMacs } from './early/0008-audit-macs.ts'
import { delegatedPolicies } from './early/0009-delegated-policies.ts'
import { agentBounds } from './early/0010-agent-bounds.ts'
import { consoleLinks } from './early/0011-console-links.ts'
import { auditDays } from './early/0012-audit-days.ts'
import { grantGenerations } from './early/0013-grant-generations.ts'
import { billing } from './early/0014-billing.ts'
import { messageSigning } from './early/0015-message-signing.ts'
import { pathsInOrder } from './early/0016-paths-in-order.ts'
import { keyLife } from './early/0017-key-life.ts'
import { kekDestructions } from './early/0018-doomed-keks.ts'
import { vaultNames } from './early/0019-vault-names.ts'
import { storage } from './early/0020-storage.ts'
import { keysSeen } from './early/0021-keys-seen.ts'
import { auditIndex } from './early/0022-audit-index.ts'
import { signAnyNonce } from './early/0023-sign-any-nonce.ts'
import { secretReads } from './early/0024-secret-reads.ts'
import { mfaResets } from './early/0025-mfa-resets.ts'
import { deletedVersions } from './from-0026/0026-deleted-versions.ts'
import { usageInOrder } from './from-0026/0027-usage-in-order.ts'
import { secondKeys } from './from-0026/0028-second-keys.ts'
import { accessRequests } from './from-0026/0029-access-requests.ts'
import { auditChainState } from './from-0026/0030-audit-life.ts'
import { auditRefused } from './from-0026/0031-audit-refused.ts'
import { serverKeys } from './from-0026/0032-server-keys.ts'
import { keyRotation } from './from-0026/0033-key-rotation.ts'
import { policiesEnding } from './from-0026/0034-policies-ending.ts'
import { signaturesOut } from './from-0026/0035-signatures-out.ts'
import { storageSlots } from './from-0026/0036-storage-slots.ts'
import { refusedDestruction } from './from-0026/0037-refused-destruction.ts'
import { usagePacks } from './from-0026/0038-usage-packs.ts'
import { invitationLinks } from './from-0026/0039-invitation-links.ts'
import type { Migration } from './migration.ts'

/** All migrations in their order. New ones are appended; nothing else changes. */
export const migrations: readonly Migration[] = [
  initial,
  people,
  sharing,
  intents,
  signingKeys,
  chainLimits,
  consoleSessions,
  auditMacs,
  delegatedPolicies,
  agentBounds,
  consoleLinks,
  auditDays,
  grantGenerations,
  billing,
  messageSigning,
  pathsInOrder,
  keyLife,
  kekDestructions,
  vaultNames,
  storage,
  keysSeen,
  auditIndex,
  signAnyNonce,
  secretReads,
  mfaResets,
  deletedVersions,
  usageInOrder,
  secondKeys,
  accessRequests,
  auditChainState,
  auditRefused,
  serverKeys,
  keyRotation,
  policiesEnding,
  signaturesOut,
  storageSlots,
  refusedDestruction,
  usagePacks,
  invitationLinks,
  deletedBy,
  storageInSums,
  secretPlaces,
  readVersions,
  auditKinds,
  mailErrors,
  auditPaths,
  auditHours,
  vaultsOfAgents,
  auditTexts,
]

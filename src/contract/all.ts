import { deleteMe, exportData, me, updateMe } from './account.ts'
import {
  deleteUser,
  listSettings,
  listUsers,
  orgLimits,
  removeSetting,
  setBillingTier,
  setOrgLimits,
  setSetting,
  setX402Settings,
  x402Settings,
} from './admin.ts'
import {
  agentMe,
  deactivateAgent,
  getAgent,
  listAgents,
  registerAgent,
  rotateAgentKey,
  rotateIdentityKeys,
  updateAgent,
} from './agents.ts'
import { createApiKey, listApiKeys, revokeApiKey } from './api-keys.ts'
import { auditSummary, listCheckpoints, listEvents, listEventsAlias, verifyTrail } from './audit.ts'
import { agentToken, apiKeyToken, changePassword, jwks, jwtPublicKey, refresh, revokeToken, signup, token } from './auth.ts'
import {
  beginConsoleSession,
  consoleSessionStanding,
  consoleSessionToken,
  createConsoleLink,
  endConsoleSession,
  listConsoleSessions,
  openConsoleSession,
  revokeConsoleSession,
} from './console-session.ts'
import { deviceApprove, deviceCode, deviceDeny, deviceStatus, deviceToken } from './device.ts'
import { approveEnrollment, denyEnrollment, enroll, showEnrollment } from './enrollment.ts'
import { health, hsmHealth, live, openapi, ready } from './health.ts'
import { adminListChains, createChain, deleteChain, getChain, listChains, updateChain } from './intents/chains.ts'
import { createSigningKey } from './intents/signing-keys.ts'
import {
  getTransaction,
  listTransactions,
  signTransaction,
  simulateBundle,
  simulateTransaction,
  submitTransaction,
} from './intents/transactions.ts'
import { addIpRule, listIpRules, removeIpRule } from './ip-rules.ts'
import { mfaDisable, mfaSetup, mfaStatus, mfaVerify, mfaVerifySetup } from './mfa.ts'
import {
  acceptInvitation,
  changeOrgSettings,
  inviteMember,
  listInvitations,
  listMembers,
  listOrgs,
  orgSettings,
  removeMember,
  revokeInvitation,
  setMemberRole,
  showInvitation,
} from './org.ts'
import { createPolicy, deletePolicy, explainPolicy, listPolicies, policiesOfAgent, updatePolicy } from './policies.ts'
import type { BodyOf, ParamsOf, QueryOf, ReplyOf } from './schema/endpoint.ts'
import {
  deleteSecret,
  disableVersion,
  getSecret,
  getVersion,
  listSecrets,
  listVersions,
  putSecret,
  readSecrets,
  rotateSecret,
} from './secrets.ts'
import {
  acceptShare,
  createShare,
  declineShare,
  describeShare,
  inboundShares,
  openShare,
  outboundShares,
  revokeShare,
  revokeShareAlias,
} from './sharing.ts'
import { forgotPassword, google, resetPassword, signInOptions, switchOrg, verifyEmail } from './sign-in.ts'
import { agentKeysVault, createVault, deleteVault, getVault, listVaults, vaultStats } from './vaults.ts'

/** The endpoint table: every operation of the API, once. */
export const endpoints = [
  health,
  hsmHealth,
  live,
  ready,
  openapi,
  signup,
  token,
  agentToken,
  apiKeyToken,
  revokeToken,
  refresh,
  changePassword,
  jwtPublicKey,
  jwks,
  signInOptions,
  google,
  verifyEmail,
  forgotPassword,
  resetPassword,
  switchOrg,
  beginConsoleSession,
  consoleSessionStanding,
  consoleSessionToken,
  createConsoleLink,
  endConsoleSession,
  listConsoleSessions,
  openConsoleSession,
  revokeConsoleSession,
  deviceCode,
  deviceToken,
  deviceStatus,
  deviceApprove,
  deviceDeny,
  me,
  updateMe,
  deleteMe,
  exportData,
  mfaStatus,
  mfaSetup,
  mfaVerifySetup,
  mfaVerify,
  mfaDisable,
  listOrgs,
  listMembers,
  inviteMember,
  listInvitations,
  revokeInvitation,
  showInvitation,
  acceptInvitation,
  setMemberRole,
  removeMember,
  orgSettings,
  changeOrgSettings,
  listIpRules,
  addIpRule,
  removeIpRule,
  listSettings,
  setSetting,
  removeSetting,
  x402Settings,
  setX402Settings,
  listUsers,
  deleteUser,
  orgLimits,
  setOrgLimits,
  setBillingTier,
  createApiKey,
  listApiKeys,
  revokeApiKey,
  createVault,
  listVaults,
  getVault,
  vaultStats,
  deleteVault,
  listSecrets,
  putSecret,
  getSecret,
  readSecrets,
  deleteSecret,
  listVersions,
  getVersion,
  disableVersion,
  rotateSecret,
  createShare,
  openShare,
  describeShare,
  outboundShares,
  inboundShares,
  acceptShare,
  declineShare,
  revokeShare,
  revokeShareAlias,
  createPolicy,
  listPolicies,
  policiesOfAgent,
  updatePolicy,
  deletePolicy,
  explainPolicy,
  registerAgent,
  listAgents,
  agentMe,
  getAgent,
  updateAgent,
  deactivateAgent,
  rotateAgentKey,
  rotateIdentityKeys,
  agentKeysVault,
  enroll,
  showEnrollment,
  approveEnrollment,
  denyEnrollment,
  listChains,
  getChain,
  adminListChains,
  createChain,
  updateChain,
  deleteChain,
  createSigningKey,
  submitTransaction,
  listTransactions,
  signTransaction,
  simulateTransaction,
  simulateBundle,
  getTransaction,
  listEvents,
  listEventsAlias,
  auditSummary,
  listCheckpoints,
  verifyTrail,
] as const

type AnyEndpoint = (typeof endpoints)[number]

/** What the typed client needs to know of one operation: plain types, nothing of zod. */
interface Operation<E extends AnyEndpoint> {
  params: ParamsOf<E>
  query: QueryOf<E>
  body: BodyOf<E>
  reply: ReplyOf<E>
}

/** Operation id → its static types. */
export type Contract = { [E in AnyEndpoint as E['id']]: Operation<E> }
export type OperationId = keyof Contract

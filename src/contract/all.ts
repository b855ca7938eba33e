import { accountEndpoints } from './account.ts'
import { adminEndpoints } from './admin.ts'
import { agentsEndpoints } from './agents.ts'
import { apiKeysEndpoints } from './api-keys.ts'
import { auditEndpoints } from './audit.ts'
import { auditSumEndpoints } from './audit-sums.ts'
import { authEndpoints } from './auth.ts'
import { billingEndpoints } from './billing.ts'
import { consoleSessionEndpoints } from './console-sessions.ts'
import { healthEndpoints } from './health.ts'
import { chainsEndpoints } from './intents/chains.ts'
import { messagesEndpoints } from './intents/messages.ts'
import { paymentsEndpoints } from './intents/payments.ts'
import { signingKeysEndpoints } from './intents/signing-keys.ts'
import { spendingEndpoints } from './intents/spending.ts'
import { transactionsEndpoints } from './intents/transactions.ts'
import { ipRulesEndpoints } from './ip-rules.ts'
import { cmekEndpoints } from './keys/cmek.ts'
import { jobsEndpoints } from './keys/jobs.ts'
import { migrationEndpoints } from './keys/migration.ts'
import { sealingEndpoints } from './keys/sealing.ts'
import { serverKeysEndpoints } from './keys/server-keys.ts'
import { vaultKeysEndpoints } from './keys/vault-keys.ts'
import { mfaEndpoints } from './mfa.ts'
import { invitationsEndpoints } from './org/invitations.ts'
import { orgEndpoints } from './org/org.ts'
import { policiesEndpoints } from './policies.ts'
import { accessRequestsEndpoints } from './requests/access-requests.ts'
import { deviceEndpoints } from './requests/device.ts'
import { enrollmentEndpoints } from './requests/enrollment.ts'
import type { BodyOf, ParamsOf, QueryOf, ReplyOf } from './schema/endpoint.ts'
import { searchEndpoints } from './search.ts'
import { allSecretsEndpoints } from './secrets/all-secrets.ts'
import { secretChangeEndpoints } from './secrets/changes.ts'
import { deletionsEndpoints } from './secrets/deletions.ts'
import { folderAccessEndpoints } from './secrets/folder-access.ts'
import { secretsEndpoints } from './secrets/secrets.ts'
import { shareEndpoints } from './shares.ts'
import { signInEndpoints } from './sign-in.ts'
import { vaultsEndpoints } from './vaults.ts'

/** The endpoint table: every operation of the API, once; one line for each file that describes some. */
export const endpoints = [
  ...healthEndpoints,
  ...authEndpoints,
  ...signInEndpoints,
  ...consoleSessionEndpoints,
  ...deviceEndpoints,
  ...accountEndpoints,
  ...mfaEndpoints,
  ...orgEndpoints,
  ...invitationsEndpoints,
  ...ipRulesEndpoints,
  ...adminEndpoints,
  ...billingEndpoints,
  ...apiKeysEndpoints,
  ...vaultsEndpoints,
  ...deletionsEndpoints,
  ...folderAccessEndpoints,
  ...cmekEndpoints,
  ...migrationEndpoints,
  ...vaultKeysEndpoints,
  ...sealingEndpoints,
  ...jobsEndpoints,
  ...serverKeysEndpoints,
  ...secretsEndpoints,
  ...allSecretsEndpoints,
  ...secretChangeEndpoints,
  ...shareEndpoints,
  ...accessRequestsEndpoints,
  ...policiesEndpoints,
  ...agentsEndpoints,
  ...enrollmentEndpoints,
  ...chainsEndpoints,
  ...signingKeysEndpoints,
  ...transactionsEndpoints,
  ...spendingEndpoints,
  ...messagesEndpoints,
  ...paymentsEndpoints,
  ...searchEndpoints,
  ...auditEndpoints,
  ...auditSumEndpoints,
] as const

type AnyEndpoint = (typeof endpoints)[number]

/** The static types of one operation for the client, without zod. */
interface Operation<E extends AnyEndpoint> {
  params: ParamsOf<E>
  query: QueryOf<E>
  body: BodyOf<E>
  reply: ReplyOf<E>
}

/** Operation id → its static types. */
export type Contract = { [E in AnyEndpoint as E['id']]: Operation<E> }
export type OperationId = keyof Contract

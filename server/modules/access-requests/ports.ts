import type { Database } from '../../db/database.ts'
import type { Authorize } from '../../policy/authorize.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AccountStore } from '../../stores/accounts.ts'
import type { AgentStore } from '../../stores/agents.ts'
import type { AccessRequestStore } from '../../stores/asking/access-requests.ts'
import type { DeviceStore } from '../../stores/asking/device.ts'
import type { EnrollmentStore } from '../../stores/asking/enrollments.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { EnsureRoom, HoldingStore } from '../../stores/billing/holdings.ts'
import type { PlanStore } from '../../stores/billing/plans.ts'
import type { PolicyRow, PolicyStore } from '../../stores/policies.ts'
import type { VaultStore } from '../../stores/vaults.ts'

export interface AccessStores {
  readonly accessRequests: AccessRequestStore
  readonly accounts: AccountStore
  readonly agents: AgentStore
  readonly audit: AuditStore
  readonly devices: DeviceStore
  readonly enrollments: EnrollmentStore
  readonly holdings: HoldingStore
  readonly plans: PlanStore
  readonly policies: PolicyStore
  readonly vaults: VaultStore
}

export interface AccessRequestDeps {
  readonly database: Database<AccessStores>
  readonly authorize: Authorize
  readonly ensureRoom: EnsureRoom
  /** Writes a policy with its event, within a unit of work. */
  readonly addPolicy: (stores: AccessStores, grant: Grant<'policy.create'>, row: PolicyRow) => Promise<void>
  /** Epoch milliseconds. */
  readonly clock: () => number
}

import type { Database } from '../../db/database.ts'
import type { MailTemplates } from '../../mail/templates.ts'
import type { Authorize } from '../../policy/authorize.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AccountStore } from '../../stores/accounts.ts'
import type { AgentStore } from '../../stores/agents.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { PlanStore } from '../../stores/billing/plans.ts'
import type { EnsureRoom, ResourceCountStore } from '../../stores/billing/resource-counts.ts'
import type { PolicyRow } from '../../stores/policies/policies.ts'
import type { AccessRequestStore } from '../../stores/requests/access-requests.ts'
import type { DeviceStore } from '../../stores/requests/device.ts'
import type { EnrollmentStore } from '../../stores/requests/enrollments.ts'
import type { MailStores } from './mails.ts'

export interface AccessStores extends MailStores {
  readonly accessRequests: AccessRequestStore
  readonly accounts: AccountStore
  readonly agents: AgentStore
  readonly audit: AuditStore
  readonly devices: DeviceStore
  readonly enrollments: EnrollmentStore
  readonly resourceCounts: ResourceCountStore
  readonly plans: PlanStore
}

export interface AccessRequestDeps {
  readonly database: Database<AccessStores>
  readonly authorize: Authorize
  readonly ensureRoom: EnsureRoom
  /** Writes a policy with its event, within a unit of work. */
  readonly addPolicy: (stores: AccessStores, grant: Grant<'policy.create'>, row: PolicyRow) => Promise<void>
  readonly templates: MailTemplates
  /** Epoch milliseconds. */
  readonly clock: () => number
}

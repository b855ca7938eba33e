import type { registerAgent } from '../../../src/contract/agents.ts'
import type { BodyOf } from '../../../src/contract/schema/endpoint.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AgentRow, AgentStore } from '../agents.ts'
import type { AuditStore } from '../audit/audit.ts'
import type { PlanStore } from '../billing/plans.ts'
import type { ResourceCountStore } from '../billing/resource-counts.ts'
import type { VaultKeyStore } from '../keys/vault-keys.ts'
import type { SecretStore } from '../secrets.ts'

/** The stores to which a new agent is written. */
export interface NewAgentStores {
  readonly agents: AgentStore
  readonly secrets: SecretStore
  readonly plans: PlanStore
  readonly resourceCounts: ResourceCountStore
  readonly vaultKeys: VaultKeyStore
  readonly audit: AuditStore
}

/** An agent that is ready to be written. */
export interface NewAgent {
  readonly row: AgentRow
  /** Shown once, never stored. */
  readonly apiKey?: string
  /** Writes it, its keys and the event, within a unit of work. */
  add(stores: NewAgentStores): Promise<void>
}

/** Creates an agent by hand or by enrolment: the slow steps, before the unit of work that writes it. */
export type PrepareAgent = (grant: Grant<'agent.register'>, body: BodyOf<typeof registerAgent>) => Promise<NewAgent>

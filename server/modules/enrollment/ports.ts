import type { registerAgent } from '../../../src/contract/agents.ts'
import type { BodyOf } from '../../../src/contract/schema/endpoint.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AgentRow, AgentStore } from '../../stores/agents.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { PlanStore } from '../../stores/billing/plans.ts'
import type { ResourceCountStore } from '../../stores/billing/resource-counts.ts'
import type { VaultKeyStore } from '../../stores/keys/vault-keys.ts'
import type { SecretStore } from '../../stores/secrets.ts'

/** The stores that a new agent is written to. */
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
  readonly apiKey?: string
  /** Writes it, within a unit of work. */
  add(stores: NewAgentStores): Promise<void>
}

export type PrepareAgent = (grant: Grant<'agent.register'>, body: BodyOf<typeof registerAgent>) => Promise<NewAgent>

/** Repeats what makes an agent when another writer was faster. */
export type Retrying = <T>(attempt: () => Promise<T>) => Promise<T>

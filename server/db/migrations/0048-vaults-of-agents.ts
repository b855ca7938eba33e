import type { Migration } from './migration.ts'

/** An index of the vaults that agents have created: a transaction looks for its key in them. */
export const vaultsOfAgents: Migration = {
  id: '0048-vaults-of-agents',
  statements: () => [],
  indexes: [{ name: 'vaults_of_agents', on: "vaults (created_by) WHERE created_by_type = 'agent'" }],
}

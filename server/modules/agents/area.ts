import type { AgentRow } from '../../stores/agents.ts'
import { agentBody } from './body.ts'
import { agentFacts } from './facts.ts'
import { agentIdentities, type IdentitiesDeps } from './identities.ts'
import { type IdentityEncodingDeps, identityEncoding } from './identity-encoding.ts'
import { type KeyVaultDeps, keyVaults } from './key-vault.ts'
import { agentKeys } from './keys.ts'
import { agentPreparation, type NewAgentDeps } from './new-agent.ts'
import { type AgentDeps, agents } from './service.ts'

export type AgentAreaDeps = KeyVaultDeps &
  Omit<IdentitiesDeps, 'vaults'> &
  IdentityEncodingDeps &
  Omit<NewAgentDeps, 'identities'> &
  Omit<AgentDeps, 'prepare' | 'identities'>

/** Agents, their keys, and the vault that keeps the private halves. */
export function agentArea(deps: AgentAreaDeps) {
  const agentKeyVaults = keyVaults(deps)
  const identities = agentIdentities({ ...deps, vaults: agentKeyVaults })
  const prepareAgent = agentPreparation({ ...deps, identities })
  return {
    agents: agents({ ...deps, prepare: prepareAgent, identities }),
    agentKeys: agentKeys(deps),
    agentKeyVaults,
    prepareAgent,
    identityEncoding: identityEncoding(deps),
    agentFacts: agentFacts(deps.database),
    agentBody: (row: AgentRow) => agentBody(row, undefined),
  }
}

import type { AgentRow } from '../../stores/agents.ts'
import type { Reach } from '../../stores/policies/policies.ts'

/** Characters that informational lists may take up: a token must fit into a header. */
const MAX_INFORMING = 4000
/** The shortest entry takes up four. */
export const MOST_INFORMING = MAX_INFORMING / 4

interface Ceilings {
  readonly scopes: string[]
  readonly vaultIds: string[]
}

/** Those of an agent that has ceilings of both kinds: then its policies say nothing in its token. */
export function ownCeilings({ scopes, vault_ids }: AgentRow): Ceilings | undefined {
  return scopes.length > 0 && vault_ids.length > 0 ? { scopes: [...scopes], vaultIds: [...vault_ids] } : undefined
}

/**
 * What an agent's token says about its access: the agent's own ceilings or, without any, what its policies grant now. The latter is only
 * informational; decisions always use the live policies.
 */
export function ceilingsOf(agent: AgentRow, granted: Reach): Ceilings {
  return {
    scopes: agent.scopes.length > 0 ? [...agent.scopes] : short(granted.patterns),
    vaultIds: agent.vault_ids.length > 0 ? [...agent.vault_ids] : short(granted.vaultIds),
  }
}

/** As many as fit. */
function short(values: readonly string[]): string[] {
  let room = MAX_INFORMING
  return values.filter(value => {
    room -= value.length + 3
    return room >= 0
  })
}

import type { AgentRow } from '../../stores/agents.ts'

/** Characters that informational lists may take up: a token must fit into a header. */
const MAX_INFORMING = 4000
/** The shortest entry takes up four. */
export const MOST_INFORMING = MAX_INFORMING / 4

/**
 * What an agent's token says about its access: the agent's own ceilings or, without any, what its policies grant now. The latter is only
 * informational; decisions always use the live policies.
 */
export function ceilingsOf(
  agent: AgentRow,
  granted: { readonly patterns: readonly string[]; readonly vaultIds: readonly string[] },
): { scopes: string[]; vaultIds: string[] } {
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

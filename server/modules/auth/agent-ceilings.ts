import type { AgentRow } from '../../stores/agents.ts'
import type { Reach } from '../../stores/policies/policies.ts'

/** The total number of characters of informational lists: a token must fit into a header. */
const MAX_INFORMING = 4000
/** The maximum number of entries: the shortest takes up four characters. */
export const MOST_INFORMING = MAX_INFORMING / 4

interface Ceilings {
  readonly scopes: string[]
  readonly vaultIds: string[]
}

/** The lists of an agent that has ceilings of both kinds; its token then contains nothing about its policies. */
export function ownCeilings({ scopes, vault_ids }: AgentRow): Ceilings | undefined {
  return scopes.length > 0 && vault_ids.length > 0 ? { scopes: [...scopes], vaultIds: [...vault_ids] } : undefined
}

/**
 * The claims of an agent's token about its access: the agent's own ceilings or, without any, what its policies grant now. The latter are
 * only informational; decisions always use the current policies.
 */
export function ceilingsOf(agent: AgentRow, granted: Reach): Ceilings {
  return {
    scopes: agent.scopes.length > 0 ? [...agent.scopes] : short(granted.patterns),
    vaultIds: agent.vault_ids.length > 0 ? [...agent.vault_ids] : short(granted.vaultIds),
  }
}

/** As many entries as fit. */
function short(values: readonly string[]): string[] {
  let room = MAX_INFORMING
  return values.filter(value => {
    room -= value.length + 3
    return room >= 0
  })
}

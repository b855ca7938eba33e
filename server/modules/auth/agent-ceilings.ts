import type { PolicyRow } from '../../stores/access/policies.ts'
import type { AgentRow } from '../../stores/agents.ts'

/** Characters that informing lists may take up: a token has to fit into a header. */
const MAX_INFORMING = 4000

/**
 * What an agent's token says of its reach: the agent's own ceilings or, where it has none, what its policies grant now. The latter
 * informs only; decisions always use the live policies.
 */
export function ceilingsOf(
  agent: AgentRow,
  policies: readonly PolicyRow[],
  now: number,
): { scopes: string[]; vaultIds: string[] } {
  const inForce = policies.filter(policy => policy.expires_at === null || policy.expires_at > now)
  const unique = (values: string[]) => short([...new Set(values)])
  return {
    scopes: agent.scopes.length > 0 ? [...agent.scopes] : unique(inForce.map(policy => policy.secret_path_pattern)),
    vaultIds: agent.vault_ids.length > 0 ? [...agent.vault_ids] : unique(inForce.map(policy => policy.vault_id)),
  }
}

/** As many as fit. */
function short(values: string[]): string[] {
  let room = MAX_INFORMING
  return values.filter(value => {
    room -= value.length + 3
    return room >= 0
  })
}

import { Problem } from '../../../../src/problem.ts'
import { isCreator, judge, withinCeilings } from '../../../policy/decide.ts'
import type { AgentRow } from '../../../stores/agents.ts'
import type { KeyState, KeyUse } from '../../../stores/intents/key-uses.ts'
import type { UsableKey } from './keys-of-agent.ts'

/** The use of a key, for the look-up of its current state. */
export function keyUseOf({ key, grant }: UsableKey): KeyUse {
  const { vault, why } = grant.resource
  return { orgId: vault.orgId, vaultId: vault.id, secretId: key.secretId, policyId: why.policy_id }
}

/**
 * Decides again, with what a unit of work has read, whether the key can still be used: a unit can wait for its turn, and a key provider is
 * slow. Other policies, and the conditions of the policies above it, are not considered.
 * @throws Problem `resource.conflict` if the vault, the key, the policy or the scopes of the agent no longer permit it
 */
export function ensureKeyPermitted(
  { key, grant }: UsableKey,
  state: KeyState | undefined,
  agent: Pick<AgentRow, 'scopes' | 'vault_ids'>,
  now: number,
): void {
  const { vault, path } = grant.resource
  const isWithin = withinCeilings(vault, { scopes: agent.scopes, vaultIds: agent.vault_ids }, path) === null
  if (isWithin && state && isUsable(state, key.version, now) && isPermitted(state, grant, now)) return
  throw new Problem('resource.conflict', 'The access to the signing key has changed in the meantime; try again.')
}

function isUsable({ version, is_disabled, deleted_at, expires_at }: KeyState, found: number, now: number): boolean {
  return version === found && !is_disabled && deleted_at === null && (expires_at === null || expires_at > now)
}

/** Whether the vault is the agent's own, or the policy permits it in its current form. */
function isPermitted(state: KeyState, { actor, ip, resource }: UsableKey['grant'], now: number): boolean {
  const { vault, path, why } = resource
  if (why.policy_id === undefined) return isCreator(vault, actor)
  const policy = vault.policies.find(({ id }) => id === state.policy_id)
  if (!policy || state.permissions === null) return false
  const { permissions, conditions, policy_expires_at: expiresAt } = state
  return judge({ ...policy, permissions, conditions, expiresAt }, actor, 'read', path, { ip, now }) === 'grants'
}

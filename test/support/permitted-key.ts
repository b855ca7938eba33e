import { randomUUID } from 'node:crypto'
import { canonicalPath } from '../../server/http/path/secret-path.ts'
import type { UsableKey } from '../../server/modules/intents/lifecycle/keys-of-agent.ts'
import type { KeyState, KeyUseStore } from '../../server/stores/intents/key-uses.ts'

type Grant = UsableKey['grant']

/** A key in a vault of the agent itself: all of its fields that signing reads. */
export function permittedKey(agentId: string): UsableKey {
  const vault = { id: randomUUID(), orgId: randomUUID(), createdBy: agentId, createdByType: 'agent' } as Partial<
    Grant['resource']['vault']
  > as Grant['resource']['vault']
  const path = canonicalPath('keys/one')
  const grant = {
    actor: { type: 'agent', id: agentId },
    resource: { vault, path, why: { rule: 'creator' } },
  } as Partial<Grant> as Grant
  const secretId = randomUUID()
  return { key: { vaultId: vault.id, path, secretId, version: 1, address: `0x${agentId}`, isCounted: false }, grant }
}

const STATE = { version: 1, is_disabled: false, deleted_at: null, expires_at: null } as Partial<KeyState> as KeyState
const state = async () => STATE

/** Says of every key that it can still be used. */
export const permitted: KeyUseStore = { state, together: () => ({ state }) }

import type { AgentRow } from '../stores/agents.ts'
import type { NewKey } from './api-keys.ts'

/** Which key an agent presented. */
export type KeySlot = 'current' | 'previous'

/** An agent without a previous key. */
export const NO_OLD_KEY = {
  old_key_prefix: null,
  old_key_hash: null,
  old_key_made_by: null,
  old_key_created_at: null,
  old_key_used_at: null,
  old_key_used_from: null,
  old_key_ends_at: null,
} as const satisfies Partial<AgentRow>

/** An agent that was never given a key. */
export const NO_KEYS = {
  key_prefix: null,
  key_hash: null,
  key_made_by: null,
  key_created_at: null,
  key_used_at: null,
  key_used_from: null,
  ...NO_OLD_KEY,
} as const satisfies Partial<AgentRow>

/** The fields of a sole key. `madeBy` is the person who sees it; `now` in epoch milliseconds. */
export function onlyKey({ prefix, hash }: NewKey, madeBy: string, now: number): Partial<AgentRow> {
  return { ...NO_KEYS, key_prefix: prefix, key_hash: hash, key_made_by: madeBy, key_created_at: now }
}

/** The same, while the previous key works until an instant (epoch milliseconds). */
export function keyBeside(before: AgentRow, key: NewKey, madeBy: string, now: number, until: number): Partial<AgentRow> {
  return {
    ...onlyKey(key, madeBy, now),
    old_key_prefix: before.key_prefix,
    old_key_hash: before.key_hash,
    old_key_made_by: before.key_made_by,
    old_key_created_at: before.key_created_at,
    old_key_used_at: before.key_used_at,
    old_key_used_from: before.key_used_from,
    old_key_ends_at: until,
  }
}

/** Whether the previous key still works. */
export function hasOldKey({ old_key_hash, old_key_ends_at }: AgentRow, now: number): boolean {
  return old_key_hash !== null && (old_key_ends_at ?? 0) > now
}

/** Which key of an agent has this hash; undefined if none of the active ones. */
export function slotOf(agent: AgentRow, hash: string, now: number): KeySlot | undefined {
  if (agent.key_hash === hash) return 'current'
  return agent.old_key_hash === hash && hasOldKey(agent, now) ? 'previous' : undefined
}

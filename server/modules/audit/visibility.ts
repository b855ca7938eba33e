import { seesAll } from '../../policy/caller.ts'
import type { Grant } from '../../policy/grant.ts'

/** The principal whose events are requested; absent fields mean any. */
interface Asked {
  readonly actorId?: string | undefined
  readonly actorType?: string | undefined
}

/**
 * Owners and admins see the events of the whole organisation; everyone else, and confined credentials, see the events that they caused.
 * Returns the filter that enforces this; undefined if a caller asks only for other people's events, of which none are visible.
 */
export function seen(asked: Asked, { actor }: Grant<'audit.read'>): Asked | undefined {
  if (seesAll(actor)) return {}
  if (asked.actorId !== undefined && asked.actorId !== actor.id) return undefined
  if (asked.actorType !== undefined && asked.actorType !== actor.type) return undefined
  return { actorId: actor.id, actorType: actor.type }
}

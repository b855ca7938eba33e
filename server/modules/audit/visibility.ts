import { seesAll } from '../../policy/caller.ts'
import type { Grant } from '../../policy/grant.ts'

/** Whose events are asked for; absent fields ask for anybody's. */
interface Asked {
  readonly actorId?: string | undefined
  readonly actorType?: string | undefined
}

/**
 * Owners and admins see the events of the whole organisation; everybody else, and credentials confined to paths or vaults, what they
 * caused. Answers what narrows a question down to that; undefined when it asks for somebody else's events, of which there are none to see.
 */
export function seen(asked: Asked, { actor }: Grant<'audit.read'>): Asked | undefined {
  if (seesAll(actor)) return {}
  if (asked.actorId !== undefined && asked.actorId !== actor.id) return undefined
  if (asked.actorType !== undefined && asked.actorType !== actor.type) return undefined
  return { actorId: actor.id, actorType: actor.type }
}

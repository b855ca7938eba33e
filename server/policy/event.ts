import type { Actor } from './actor.ts'

/** An event as a service reports it. Ids and paths only: never a value, a key or a password. */
export interface NewEvent {
  readonly orgId: string
  /** e.g. `secret.read`. */
  readonly action: string
  readonly actorId: string
  readonly actorType: 'user' | 'agent' | 'anonymous' | 'system'
  readonly resourceType: string
  readonly resourceId: string
  readonly vaultId?: string
  readonly details?: EventDetails
  readonly ipAddress: string
}

/** Details of an event that have no column; never a value, a key or a password. */
export type EventDetails = Readonly<Record<string, string | number | boolean>>

/** Why something was allowed or denied: the rule in a word and, where there is one, the policy and its condition. */
export type Why = EventDetails & { readonly rule: string; readonly policy_id?: string; readonly condition?: string }

/** The chain of events that belong to no organisation, such as failed sign-ins of unknown accounts. */
export const NO_ORG = '00000000-0000-0000-0000-000000000000'

interface About {
  readonly resourceType: string
  readonly resourceId: string
  readonly vaultId?: string
  readonly details?: EventDetails
}

/** A grant, or the part of it that an event records. */
interface Doer {
  readonly actor: Pick<Actor, 'type' | 'id'>
  readonly orgId: string
  readonly ip: string
}

/** An action under a grant. */
export function grantEvent({ actor, orgId, ip }: Doer, action: string, about: About): NewEvent {
  return { orgId, action, actorId: actor.id, actorType: actor.type, ipAddress: ip, ...about }
}

/** The account or agent that signs in or changes its own access. */
type Who = Pick<Actor, 'type' | 'id' | 'orgId'>

/** An action of an account or agent on its own access. */
export function authEvent(action: string, who: Who, ip: string, details: EventDetails = {}): NewEvent {
  return grantEvent({ actor: who, orgId: who.orgId, ip }, action, { resourceType: who.type, resourceId: who.id, details })
}

/**
 * A failed sign-in; for a known account it is in the organisation's own log. The input is not repeated.
 * @param rule `other-subject`: the issuer's token is valid, but is not the person's of the account
 */
export function authFailure(
  method: string,
  who: Who | undefined,
  ip: string,
  rule: 'credentials' | 'other-subject' = 'credentials',
): NewEvent {
  return {
    orgId: who?.orgId ?? NO_ORG,
    action: 'auth.failure',
    actorId: who?.id ?? '',
    actorType: who?.type ?? 'anonymous',
    resourceType: who?.type ?? 'unknown',
    resourceId: who?.id ?? '',
    details: { method, rule },
    ipAddress: ip,
  }
}

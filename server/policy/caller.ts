import type { ProblemExtras } from '../../src/problem.ts'
import type { Actor, UserActor } from './actor.ts'
import { pathScopes } from './decide.ts'
import { denied } from './denial.ts'

/** The right to manage objects, as opposed to reading secrets: for people with a credential that is not confined to paths. */
export function manager(actor: Actor): void {
  if (actor.type === 'agent') throw denied('people-only', 'Agents cannot do this; a person must.')
  if (isConfined(actor)) throw denied('confined-credential', 'A credential confined to paths or vaults cannot do this.')
}

/**
 * For operations on a whole organisation: its agents, its log, its bill. A credential that is confined to paths was issued for those and
 * must not learn what is around them. An agent is its own principal and sees only itself.
 */
export function unconfined(actor: Actor): void {
  if (actor.type === 'user') manager(actor)
}

/** Whether the credential is confined to some paths or vaults, and so manages nothing. */
export function isConfined(actor: Actor): boolean {
  return pathScopes(actor).length > 0 || actor.vaultIds.length > 0
}

/**
 * For actions that only the person may do, regardless of keys: second factors, memberships of other organisations, closing the account.
 * @throws Problem `policy.denied` for a personal API key, presented directly or exchanged for a token
 */
export function signedInPerson(actor: Pick<UserActor, 'apiKeyId'>): void {
  if (actor.apiKeyId !== undefined) throw denied('signed-in-person', 'A signed-in person must do this; an API key cannot.')
}

/** Equal to the lifetime of a sign-in's token. */
const RECENT_MS = 15 * 60_000

/**
 * For actions that would outlast a copied token: the person must have signed in recently. Returns the time of the sign-in in epoch
 * milliseconds.
 * @throws Problem `policy.denied` that says how to continue
 */
export function recentSignIn(actor: UserActor, now: number, extras?: ProblemExtras): number {
  signedInPerson(actor)
  const at = (actor.token?.signedInAt ?? 0) * 1000
  if (at <= now - RECENT_MS) {
    throw denied('recent-sign-in', 'This requires a sign-in within the last 15 minutes: sign in again, then repeat it.', extras)
  }
  return at
}

export function isOrgAdmin(actor: Actor): boolean {
  return actor.type === 'user' && actor.role !== 'member'
}

/** Whether everything in the organisation is shown: to owners and admins, with an unconfined credential. */
export function seesAll(actor: Actor): boolean {
  return isOrgAdmin(actor) && !isConfined(actor)
}

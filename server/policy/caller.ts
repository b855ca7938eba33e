import type { ProblemExtras } from '../../src/problem.ts'
import type { Actor, UserActor } from './actor.ts'
import { pathScopes } from './decide.ts'
import { denied } from './denial.ts'

/** The right to manage things, as opposed to reaching secrets: humans, with a credential that no path scope confines. */
export function manager(actor: Actor): void {
  if (actor.type === 'agent') throw denied('people-only', 'Agents cannot do this; a person must.')
  if (isConfined(actor)) throw denied('confined-credential', 'A credential confined to paths or vaults cannot do this.')
}

/**
 * For what is about an organisation as a whole: its agents, its log, its bill. A person's credential that is confined to paths was given
 * for these, and learns nothing of what is around them. An agent is a principal of its own, and is shown only itself wherever it asks.
 */
export function unconfined(actor: Actor): void {
  if (actor.type === 'user') manager(actor)
}

/** Whether the credential is bounded to some paths or vaults, and so manages nothing. */
export function isConfined(actor: Actor): boolean {
  return pathScopes(actor).length > 0 || actor.vaultIds.length > 0
}

/**
 * For what only the person may do, whatever keys were handed out: second factors, memberships of other organisations, the account's end.
 * @throws Problem `policy.denied` for a personal API key, presented itself or exchanged for a token.
 */
export function signedInPerson(actor: Pick<UserActor, 'apiKeyId'>): void {
  if (actor.apiKeyId !== undefined) throw denied('signed-in-person', 'A signed-in person must do this; an API key cannot.')
}

/** Fits the lifetime of the token that a sign-in answers. */
const RECENT_MS = 15 * 60_000

/**
 * For what outlasts a token that was copied: the person has proven who they are a short while ago. Returns when, in epoch milliseconds.
 * @throws Problem `policy.denied` that says how to go on
 */
export function recentSignIn(actor: UserActor, now: number, extras?: ProblemExtras): number {
  signedInPerson(actor)
  const at = (actor.token?.signedInAt ?? 0) * 1000
  if (at <= now - RECENT_MS) {
    throw denied('recent-sign-in', 'This needs a sign-in of the last 15 minutes: sign in again, then repeat it.', extras)
  }
  return at
}

export function isOrgAdmin(actor: Actor): boolean {
  return actor.type === 'user' && actor.role !== 'member'
}

/** Whether all of the organisation is shown, no matter who it belongs to: to owners and admins, with a credential that is not confined. */
export function seesAll(actor: Actor): boolean {
  return isOrgAdmin(actor) && !isConfined(actor)
}

import type { Auth } from '../../src/contract/schema/endpoint.ts'
import { Problem } from '../../src/problem.ts'
import type { Actor } from '../policy/actor.ts'
import { denied } from '../policy/denial.ts'

/** Turns a credential into the current actor; undefined if it is not (or no longer) valid. */
export type Identify = (credential: string, ip: string) => Promise<Actor | undefined>

/**
 * The verified bearer credential of a request: a token, a personal API key (`1ck_`) or an agent's key (`ocv_`).
 * @throws Problem `auth.required`, the same for every fault of a credential
 */
export function authenticator(
  identify: Identify,
): (auth: Auth, authorization: string | undefined, ip: string) => Promise<Actor | undefined> {
  return async (auth, authorization, ip) => {
    if (auth === 'public') return undefined
    if (auth === 'optional' && authorization === undefined) return undefined
    const credential = bearer(authorization)
    if (auth === 'optional-user') {
      const actor = credential && (await identify(credential, ip))
      return actor && actor.type === 'user' ? actor : undefined
    }
    const actor = credential && (await identify(credential, ip))
    if (!actor) throw new Problem('auth.required', 'A valid token is needed.')
    return actor
  }
}

/**
 * Checked once the caller is known, so the refusal is recorded for the caller.
 * @throws Problem `policy.denied` for the wrong kind of caller
 */
export function ensureKind(auth: Auth, { type }: Actor): void {
  if (auth === 'user' && type !== 'user') throw denied('people-only', 'Only people can do this; agents cannot.')
  if (auth === 'agent' && type !== 'agent') throw denied('agents-only', 'Only agents can do this.')
}

const BEARER = /^Bearer +([\x21-\x7e]{1,14000})$/i

function bearer(authorization: string | undefined): string | undefined {
  return BEARER.exec(authorization ?? '')?.[1]
}

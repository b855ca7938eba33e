import type { Contract } from '../../../../src/contract/all.ts'
import { Problem } from '../../../../src/problem.ts'
import { explain } from '../../failure.ts'

export type DeviceStatus = Contract['device.status']['reply']

/** What asks to be signed in. */
export interface Asker {
  readonly program: string
  /** The network address it asked from. */
  readonly address: string
  /** When, RFC 3339. */
  readonly at: string
}

export type Decision = 'approve' | 'deny'

/** Where a device login stands, as far as the person at the page can act on it. */
export type Phase =
  | { readonly at: 'loading' }
  | {
      readonly at: 'asking'
      readonly asker: Asker
      readonly busy?: Decision
      readonly failure?: string
      /** The sign-in is too old to approve anything, so the server wants to know that it is still this person. */
      readonly needsPassword?: boolean
      readonly passwordFault?: string | undefined
    }
  /** `here`: by this page, just now. */
  | { readonly at: 'decided'; readonly status: 'approved' | 'denied'; readonly here: boolean }
  | { readonly at: 'expired' }
  | { readonly at: 'unknown' }
  /** The server does not let this account decide; a login that names an e-mail address is for its owner alone. */
  | { readonly at: 'foreign'; readonly reason: string }
  /** Too many wrong codes; `until` in milliseconds since the epoch. */
  | { readonly at: 'locked'; readonly until: number }
  | { readonly at: 'failed'; readonly message: string }

/**
 * Throws `auth.required` when the server does not say what asks: it tells that to nobody whose token it does not take, and without it
 * there is nothing to decide on.
 */
export function phaseOf({ status, client_id, requested_from, requested_at }: DeviceStatus): Phase {
  switch (status) {
    case 'pending':
      if (!client_id || !requested_from || !requested_at) throw new Problem('auth.required')
      return { at: 'asking', asker: { program: client_id, address: requested_from, at: requested_at } }
    case 'expired':
      return { at: 'expired' }
    default:
      return { at: 'decided', status, here: false }
  }
}

/** Where a refusal to tell of the login leaves it. 401 is not its matter: the session is over then, not the login. */
export function phaseAfter(problem: Problem, now: number): Phase {
  switch (problem.status) {
    case 404:
      return { at: 'unknown' }
    case 403:
      return { at: 'foreign', reason: explain(problem) }
    case 410:
      return { at: 'expired' }
    case 429:
      return { at: 'locked', until: now + (problem.extras.retryAfter ?? 60) * 1_000 }
    default:
      return { at: 'failed', message: explain(problem) }
  }
}

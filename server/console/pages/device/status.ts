import type { Contract } from '../../../../src/contract/all.ts'
import { Problem } from '../../../../src/problem.ts'
import { explain } from '../../failure.ts'

export type DeviceStatus = Contract['device.status']['reply']

/** The program that asks to be signed in. */
export interface Asker {
  readonly program: string
  /** The network address it asked from. */
  readonly address: string
  /** When, RFC 3339. */
  readonly at: string
}

export type Decision = 'approve' | 'deny'

/** The state of a device login, as far as the person at the page can act on it. */
export type Phase =
  | { readonly at: 'loading' }
  | {
      readonly at: 'asking'
      readonly asker: Asker
      readonly busy?: Decision
      readonly failure?: string
      /** The sign-in is too old to approve anything, so the server asks for a confirmation of identity. */
      readonly needsPassword?: boolean
      readonly passwordFault?: string | undefined
    }
  /** `here`: by this page, just now. */
  | { readonly at: 'decided'; readonly status: 'approved' | 'denied'; readonly here: boolean }
  | { readonly at: 'expired' }
  | { readonly at: 'unknown' }
  /** The server does not allow this account to decide; a login that names an e-mail address belongs to its owner. */
  | { readonly at: 'foreign'; readonly reason: string }
  /** Too many wrong codes; `until` in milliseconds since the epoch. */
  | { readonly at: 'locked'; readonly until: number }
  | { readonly at: 'failed'; readonly message: string }

/**
 * Throws `auth.required` when the server does not say who asks: it tells that to nobody with an invalid token, and without it there is
 * nothing to decide.
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

/** The state after a refusal. 401 is handled elsewhere: then the session is over, not the login. */
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

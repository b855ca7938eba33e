import type { Contract } from '../../../../src/contract/all.ts'

export type Share = Contract['shares.describe']['reply']
export type Opened = Contract['shares.open']['reply']

/** The state of the page about the share at its address. */
export type Phase =
  | { readonly at: 'loading' }
  /** Nothing of the value is on the page yet. */
  | { readonly at: 'closed'; readonly share: Share; readonly busy?: boolean; readonly failure?: string }
  | { readonly at: 'open'; readonly opened: Opened }
  | { readonly at: 'declined' }
  /** Unknown, or not for the person who looks. */
  | { readonly at: 'unknown' }
  | { readonly at: 'gone' }
  | { readonly at: 'failed'; readonly message: string }

const ADDRESS = /^(?:\/api)?\/v1\/share\/([0-9a-fA-F-]{36})$/

/** The share that an address is the page of. */
export function shareAt(pathname: string): string | undefined {
  return ADDRESS.exec(pathname)?.[1]
}

export function isUsedUp({ access_count, max_access_count = 0 }: Pick<Share, 'access_count' | 'max_access_count'>): boolean {
  return max_access_count > 0 && access_count >= max_access_count
}

export function phaseOf(share: Share): Phase {
  return share.is_expired || isUsedUp(share) ? { at: 'gone' } : { at: 'closed', share }
}

/** Whether its recipient has yet to accept it. */
export function awaitsAnswer({ recipient_type, is_accepted }: Share): boolean {
  return recipient_type !== 'anyone_with_link' && !is_accepted
}

/** How often it can be opened from now on, in words. */
export function timesLeft({ access_count, max_access_count = 0 }: Pick<Share, 'access_count' | 'max_access_count'>): string {
  if (max_access_count === 0) return 'Any number of times'
  const left = Math.max(0, max_access_count - access_count)
  return left === 0 ? 'No, this was the last time' : left === 1 ? 'Once' : `${left} times`
}

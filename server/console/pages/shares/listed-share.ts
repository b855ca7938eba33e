import type { Contract } from '../../../../src/contract/all.ts'
import { isUsedUp } from '../share/status.ts'

export type ListedShare = Contract['shares.outbound']['reply']['shares'][number]

/** How far a share has come. `waiting`: its recipient has yet to accept it. */
export type Phase = 'declined' | 'expired' | 'used up' | 'waiting' | 'open'

export function phaseOf(share: ListedShare): Phase {
  if (share.is_declined) return 'declined'
  if (share.is_expired) return 'expired'
  if (isUsedUp(share)) return 'used up'
  return share.recipient_type === 'anyone_with_link' || share.is_accepted ? 'open' : 'waiting'
}

/** Whether it can still be opened, now or after it is accepted. */
export function isOver(share: ListedShare): boolean {
  return !['open', 'waiting'].includes(phaseOf(share))
}

/** The link for people who open it. */
export function linkTo({ id }: Pick<ListedShare, 'id'>): string {
  return `${location.origin}/v1/share/${id}`
}

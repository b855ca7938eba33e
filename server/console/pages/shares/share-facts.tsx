import { Badge } from '../../ui/data/badge.tsx'
import { isOver, type ListedShare, type Phase, phaseOf } from './listed-share.ts'

const TONES: Readonly<Record<Phase, 'good' | 'warn' | 'bad' | 'plain'>> = {
  open: 'good',
  waiting: 'warn',
  'used up': 'plain',
  expired: 'plain',
  declined: 'bad',
}

const CLOCK = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** Its state, and when it ends in the reader's time zone. */
export function ShareState({ share, waiting }: { share: ListedShare; waiting: string }) {
  const phase = phaseOf(share)
  return (
    <>
      <Badge tone={TONES[phase]}>{phase === 'waiting' ? waiting : phase}</Badge>
      <span className="under unbroken">
        {share.is_expired ? 'ended' : 'until'} {CLOCK.format(new Date(share.expires_at))}
      </span>
    </>
  )
}

/** How often it can be opened from now on, and how often it was. */
export function Left({ share }: { share: ListedShare }) {
  const { access_count: opened, max_access_count: most } = share
  return (
    <>
      {isOver(share) ? 'None' : most ? `${most - opened} of ${most}` : 'No limit'}
      <span className="under unbroken">
        {opened === 0 ? 'not opened yet' : opened === 1 ? 'opened once' : `opened ${opened} times`}
      </span>
    </>
  )
}

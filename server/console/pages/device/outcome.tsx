import { Heading } from '../../ui/heading.tsx'
import { Mark } from '../../ui/mark.tsx'

interface OutcomeProps {
  status: 'approved' | 'denied'
  /** Whether this page has just decided it, or found it decided. */
  here: boolean
}

/** The outcome of the login, and what to do next. */
export function Outcome({ status, here }: OutcomeProps) {
  return (
    <>
      <Mark kind={status === 'approved' ? 'done' : 'stopped'} />
      <Heading>{TITLES[status][here ? 'here' : 'earlier']}</Heading>
      <p>{TEXTS[status][here ? 'here' : 'earlier']}</p>
    </>
  )
}

const TITLES = {
  approved: { here: 'Login approved', earlier: 'Already approved' },
  denied: { here: 'Login declined', earlier: 'Already declined' },
} as const

const TEXTS = {
  approved: {
    here: 'You can go back to your terminal and close this page.',
    earlier: 'This login has been approved before. If that was not you, change your password now: it ends every session.',
  },
  denied: {
    here: 'The program was not signed in. You can go back to your terminal and close this page.',
    earlier: 'This login was declined before. To try again, run the command in your terminal once more.',
  },
} as const

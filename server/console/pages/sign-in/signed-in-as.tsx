import type { Session, SignedIn } from '../../session/session.ts'
import { Button } from '../../ui/form/button.tsx'

interface SignedInAsProps {
  session: Session
  who: SignedIn
}

/** Says whose authority a click on this page uses, and lets another account be used instead. */
export function SignedInAs({ session, who }: SignedInAsProps) {
  return (
    <p className="signed-in-as">
      <span>
        Signed in as <strong>{who.account.email}</strong>
      </span>
      <Button kind="link" onClick={session.signOut}>
        Use another account
      </Button>
    </p>
  )
}

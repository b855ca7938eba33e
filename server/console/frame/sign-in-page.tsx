import { SignIn } from '../pages/sign-in/sign-in.tsx'
import type { Session } from '../session/session.ts'
import { Shell } from '../ui/layout/shell.tsx'

/** The page to sign in at, at the address of any page for which one signs in. */
export function SignInPage({ session }: { session: Session }) {
  return (
    <Shell>
      <SignIn session={session} />
    </Shell>
  )
}

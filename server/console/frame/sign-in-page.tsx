import { SignIn } from '../pages/sign-in/sign-in.tsx'
import type { Session } from '../session/session.ts'
import { Shell } from '../ui/layout/shell.tsx'

/** The sign-in page, at the address of any page that requires it. */
export function SignInPage({ session }: { session: Session }) {
  return (
    <Shell>
      <SignIn session={session} />
    </Shell>
  )
}

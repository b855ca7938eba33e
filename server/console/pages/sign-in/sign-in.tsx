import { type ReactNode, useState } from 'react'
import type { Session } from '../../session/session.ts'
import { ChallengeForm } from './challenge-form.tsx'
import { SignInForm } from './sign-in-form.tsx'
import { SignUpForm } from './sign-up-form.tsx'

interface SignInProps {
  session: Session
  /** What it is needed for, when it is not for its own sake. */
  purpose?: ReactNode
}

/** The sign-in page of the console: signs in, or makes an account. Anyone who shows it carries on once `session.current` is there. */
export function SignIn({ session, purpose }: SignInProps) {
  const [isNew, setNew] = useState(false)
  if (session.challenged) return <ChallengeForm session={session} />
  return isNew ? (
    <SignUpForm session={session} purpose={purpose} onHasAccount={() => setNew(false)} />
  ) : (
    <SignInForm session={session} purpose={purpose} onNew={() => setNew(true)} />
  )
}

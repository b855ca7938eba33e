import type { ReactNode } from 'react'
import type { Session } from '../../session/session.ts'
import { navigate, useLocation } from '../../ui/location.ts'
import { ChallengeForm } from './challenge-form.tsx'
import { SignInForm } from './sign-in-form.tsx'
import { SignUpForm } from './sign-up-form.tsx'

interface SignInProps {
  session: Session
  /** The reason for the sign-in, if another page requires it. */
  purpose?: ReactNode
}

/** In the address of any page that requires a sign-in: `?account=new` shows the form for a new account. */
const NEW = { name: 'account', value: 'new' }

/** The sign-in page of the console: signs in, or creates an account. Its parent continues once `session.current` is set. */
export function SignIn({ session, purpose = <p>1claw is a secrets manager for people and AI agents.</p> }: SignInProps) {
  const address = useLocation()
  if (session.challenged) return <ChallengeForm session={session} />
  if (address.searchParams.get(NEW.name) !== NEW.value) {
    return <SignInForm session={session} purpose={purpose} onNew={() => navigate(asking(address, true))} />
  }
  const signingUp: Session = {
    ...session,
    signUp: async person => {
      await session.signUp(person)
      navigate(asking(address, false), 'replace')
    },
  }
  return <SignUpForm session={signingUp} purpose={purpose} onHasAccount={() => navigate(asking(address, false))} />
}

/** The same address, asking for a new account or not. */
function asking({ pathname, searchParams, hash }: URL, isNew: boolean): string {
  const query = new URLSearchParams(searchParams)
  if (isNew) query.set(NEW.name, NEW.value)
  else query.delete(NEW.name)
  return `${pathname}${query.size > 0 ? `?${query}` : ''}${hash}`
}

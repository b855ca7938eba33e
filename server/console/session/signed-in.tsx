import { createContext, type ReactNode, useContext } from 'react'
import type { Session, SignedIn } from './session.ts'

interface Here extends SignedIn {
  readonly session: Session
}

const HereContext = createContext<Here | null>(null)

/** Tells every section inside who is signed in, so that it need not be handed down. */
export function SignedInHere({ session, who, children }: { session: Session; who: SignedIn; children: ReactNode }) {
  return <HereContext value={{ ...who, session }}>{children}</HereContext>
}

/** Who is signed in, a client that calls as them, and the session. Only for what is drawn inside `SignedInHere`. */
export function useSignedIn(): Here {
  const here = useContext(HereContext)
  if (!here) throw new Error('Nobody is signed in around this component.')
  return here
}

import { createContext, type ReactNode, useContext, useState } from 'react'
import { type Memory, memory } from './memory.ts'
import type { Session, SignedIn } from './session.ts'

interface Here extends SignedIn {
  readonly session: Session
  readonly recall: Memory['recall']
}

const HereContext = createContext<Here | null>(null)

/** Tells every section inside who is signed in, so that it need not be handed down. */
export function SignedInHere({ session, who, children }: { session: Session; who: SignedIn; children: ReactNode }) {
  const [kept] = useState(() => {
    const { keeping, recall } = memory(who.client)
    return { client: keeping(who.client), background: keeping(who.background), recall }
  })
  return <HereContext value={{ ...who, ...kept, session }}>{children}</HereContext>
}

/** Who is signed in, a client that calls as them, and the session. Only for what is drawn inside `SignedInHere`. */
export function useSignedIn(): Here {
  const here = useContext(HereContext)
  if (!here) throw new Error('Nobody is signed in around this component.')
  return here
}

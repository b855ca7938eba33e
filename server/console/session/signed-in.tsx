import { createContext, type ReactNode, useContext, useState } from 'react'
import { type Memory, memory } from './memory.ts'
import type { Session, SignedIn } from './session.ts'

interface Here extends SignedIn {
  readonly session: Session
  readonly recall: Memory['recall']
}

const HereContext = createContext<Here | null>(null)

/** Provides the signed-in person to all sections inside. */
export function SignedInHere({ session, who, children }: { session: Session; who: SignedIn; children: ReactNode }) {
  const [kept] = useState(() => {
    const { keeping, recall } = memory(who.client)
    return { client: keeping(who.client), background: keeping(who.background), recall }
  })
  return <HereContext value={{ ...who, ...kept, session }}>{children}</HereContext>
}

/** The signed-in person, their client, and the session. Only inside `SignedInHere`. */
export function useSignedIn(): Here {
  const here = useContext(HereContext)
  if (!here) throw new Error('Nobody is signed in around this component.')
  return here
}
